//! Gradients of the loss in each layer's weights, example by example.

use super::change::Taps;
use super::classes::softmaxes;
use super::{Examples, Scope, Work, examples};
use crate::error::Result;
use crate::head::{Softmax, length};
use tch::{Kind, Tensor};

/// The length of the gradient in one layer's weights.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerGradient {
    /// Its number in [`crate::graph::Perturbable::layers`].
    pub layer: usize,
    /// ‖∂l/∂W‖_F of each example.
    pub norms: Vec<f64>,
}

/// The gradient's length in each chosen layer's weights.
///
/// # Errors
/// A memory that holds not even one example, labels that are no classes.
pub fn gradient_norms(scope: &Scope<'_>, examples: &Examples) -> Result<Vec<LayerGradient>> {
    let rows = scope.rows(Work::Gradients)?;
    let layers = scope.layers.iter();
    let mut found: Vec<LayerGradient> = layers
        .map(|layer| LayerGradient {
            layer: *layer,
            norms: Vec::with_capacity(examples.count()),
        })
        .collect();
    let mut done = 0;
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let taps = scope.tapped(block.x(), None)?;
        scope.check(&block, &taps.logits)?;
        let seeds = Seeds::of(scope, &block, &taps.logits)?;
        seeds.gradients(scope, &taps, |place, gradient| {
            let squares = examples::row_sums(&gradient.f_square()?)?;
            let norms = squares.iter().zip(&seeds.lengths);
            let norms = norms.map(|(square, length)| square.sqrt() * length);
            found[place].norms.extend(norms);
            Ok(())
        })?;
        done += block.count() as u64;
        scope.watch.at("gradients", done, examples.count() as u64)?;
    }
    Ok(found)
}

/// What goes back from the logits, as directions and lengths.
///
/// Through the network goes the direction, so that nothing underflows, however sure the network is.
pub(super) struct Seeds {
    /// ⟨direction, z⟩ summed over the examples.
    pub sum: Tensor,
    /// `[N]`
    pub lengths: Vec<f64>,
}

impl Seeds {
    /// The loss's gradient at the logits, `p − e_y`, from the stable softmax in f64.
    pub fn of(scope: &Scope<'_>, examples: &Examples, logits: &Tensor) -> Result<Self> {
        let rows = softmaxes(logits)?.into_iter().zip(examples.labels());
        let rows: Vec<Vec<f64>> = rows
            .map(|(softmax, label)| softmax.gradient(*label))
            .collect();
        Self::along(scope, logits, &rows)
    }

    /// Any row of numbers for each example's logits.
    pub fn along(scope: &Scope<'_>, logits: &Tensor, rows: &[Vec<f64>]) -> Result<Self> {
        let lengths: Vec<f64> = rows.iter().map(|row| length(row)).collect();
        let unit = rows.iter().zip(&lengths).flat_map(|(row, length)| {
            let scale = if *length > 0.0 { 1.0 / length } else { 0.0 };
            row.iter().map(move |entry| entry * scale)
        });
        let unit: Vec<f64> = unit.collect();
        let seeds = scope.tensor(&unit, &logits.size())?;
        let sum = logits.f_mul(&seeds)?.f_sum(None::<Kind>)?;
        Ok(Self { sum, lengths })
    }

    /// The gradients over `lengths`, `[N, O, parameters / O]` a chosen layer.
    pub fn gradients(
        &self,
        scope: &Scope<'_>,
        taps: &Taps,
        take: impl FnMut(usize, Tensor) -> Result<()>,
    ) -> Result<()> {
        scope.gradients(taps, &self.sum, false, take)
    }
}

/// −log p_y from the stable softmax in f64.
pub(super) fn losses(examples: &Examples, logits: &Tensor) -> Result<Vec<f64>> {
    let rows = softmaxes(logits)?.into_iter().zip(examples.labels());
    Ok(rows
        .map(|(softmax, label)| loss(&softmax, *label))
        .collect())
}

fn loss(softmax: &Softmax, label: usize) -> f64 {
    softmax.loss(label)
}
