//! How far the loss rises under changes of the weights relative to their length, on average and at worst.
//!
//! Stutz, Hein and Schiele 2021, <https://arxiv.org/abs/2104.04448>: changes ν with `‖ν_l‖ ≤ ξ ‖W_l‖` in every layer l.
//! On average over draws, whose direction in a layer is uniform and whose length is uniform up to the bound, as their code draws them;
//! at worst by steps along each layer's normalised gradient, from no change on, brought back into the ball.

use super::estimate::Running;
use super::gradient::losses;
use super::lanczos::norms;
use super::limit::{at_least, positive};
use super::sharpness::unit;
use super::{Estimate, Examples, Scope, Work};
use crate::error::Result;
use crate::noise::{Noise, Purpose};
use tch::Tensor;

/// Which changes are tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RiseSettings {
    /// ξ, the length of a layer's change as a share of the length of its weights.
    pub xi: f64,
    /// How many random changes; all examples see the same.
    pub draws: u32,
    /// How many steps the ascent takes.
    pub steps: u32,
    /// The length of a step as a share of the radius.
    pub step_size: f64,
    /// Of the random changes.
    pub seed: u64,
}

impl RiseSettings {
    fn check(&self) -> Result<()> {
        positive("xi", self.xi)?;
        positive("step_size", self.step_size)?;
        at_least(2, "draws", self.draws)?;
        at_least(1, "steps", self.steps)
    }
}

/// How far each example's loss rises on average over random changes.
///
/// # Errors
/// Settings outside their limits, a memory that holds not even one example.
pub fn average_rise(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &RiseSettings,
) -> Result<Vec<Estimate>> {
    by_block(scope, examples, settings, average)
}

/// The most that each example's loss is found to rise, at least 0: no change is within the ball.
///
/// # Errors
/// As [`average_rise`].
pub fn worst_rise(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &RiseSettings,
) -> Result<Vec<f64>> {
    by_block(scope, examples, settings, worst)
}

/// What is found of some examples, with the losses that they have before any change.
type Found<T> = fn(&Scope<'_>, &Examples, &RiseSettings, &[f64]) -> Result<Vec<T>>;

fn by_block<T>(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &RiseSettings,
    find: Found<T>,
) -> Result<Vec<T>> {
    settings.check()?;
    let rows = scope.rows(Work::Changes)?;
    let mut found = Vec::with_capacity(examples.count());
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let logits = tch::no_grad(|| scope.logits(block.x()))?;
        scope.check(&block, &logits)?;
        let before = losses(&block, &logits)?;
        found.extend(find(scope, &block, settings, &before)?);
    }
    Ok(found)
}

fn average(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &RiseSettings,
    before: &[f64],
) -> Result<Vec<Estimate>> {
    let mut cells = vec![Running::default(); before.len()];
    for number in 0..u64::from(settings.draws) {
        let change = scope.drawn(settings, number)?;
        let after = tch::no_grad(|| scope.shared(examples.x(), &change))?;
        let after = losses(examples, &after)?;
        for ((cell, after), before) in cells.iter_mut().zip(after).zip(before) {
            cell.push(after - before);
        }
        scope
            .watch
            .at("draws", number + 1, u64::from(settings.draws))?;
    }
    Ok(cells.iter().map(Running::estimate).collect())
}

fn worst(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &RiseSettings,
    before: &[f64],
) -> Result<Vec<f64>> {
    let rows = before.len() as i64;
    let radii = scope.radii(settings.xi)?;
    let mut change = scope.leaf(&[rows, scope.width() as i64])?.f_detach()?;
    let mut most = vec![0.0_f64; before.len()];
    let mut see = |after: &[f64]| {
        for ((most, after), before) in most.iter_mut().zip(after).zip(before) {
            *most = most.max(after - before);
        }
    };
    for step in 0..settings.steps {
        let (after, gradient) = scope.loss_gradients(examples, Some(&change))?;
        see(&after);
        let mut parts = Vec::with_capacity(radii.len());
        for ((start, count), radius) in scope.parts().into_iter().zip(&radii) {
            let along = unit(&gradient.f_narrow(1, start, count)?)?;
            let own = change.f_narrow(1, start, count)?;
            let own = own.f_add(&along.f_mul_scalar(settings.step_size * radius)?)?;
            let shrink = norms(&own)?.f_clamp_min(*radius)?.f_reciprocal()?;
            parts.push(own.f_mul(&shrink.f_mul_scalar(*radius)?)?);
        }
        change = Tensor::f_cat(&parts, 1)?;
        scope
            .watch
            .at("ascent", u64::from(step) + 1, u64::from(settings.steps))?;
    }
    let after = tch::no_grad(|| scope.each(examples.x(), &change))?;
    see(&losses(examples, &after)?);
    Ok(most)
}

impl Scope<'_> {
    /// ξ ‖W_l‖ of each chosen layer.
    fn radii(&self, xi: f64) -> Result<Vec<f64>> {
        let radius = |number: &usize| -> Result<f64> {
            let weight = self.layer(*number).weight();
            Ok(xi * weight.f_norm()?.f_double_value(&[])?)
        };
        self.layers.iter().map(radius).collect()
    }

    /// A random change `[width]`.
    fn drawn(&self, settings: &RiseSettings, number: u64) -> Result<Tensor> {
        let mut all = Vec::with_capacity(self.width() as usize);
        for (layer, radius) in self.layers.iter().zip(self.radii(settings.xi)?) {
            let mut stream = Noise::new(settings.seed)
                .part(*layer as u64)
                .stream(number, Purpose::WeightChange);
            let length = radius * stream.unit();
            let count = self.layer(*layer).parameters() as usize;
            let normal: Vec<f64> = (0..count).map(|_| stream.normal()).collect();
            let scale = length / crate::head::length(&normal);
            all.extend(normal.iter().map(|number| number * scale));
        }
        let width = all.len() as i64;
        self.tensor(&all, &[width])
    }
}
