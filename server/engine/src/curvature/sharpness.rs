//! SAM's sharpness: how far the loss rises at the end of one step within a ball of weights.
//!
//! `l(w + ε) − l(w)` with `ε = ρ g / ‖g‖` (Foret and others 2021, <https://arxiv.org/abs/2010.01412>), or in the ball
//! `‖ε / |w|‖ ≤ ρ` with `ε = ρ T² g / ‖T g‖`, T = |w| (Kwon and others 2021, <https://arxiv.org/abs/2102.11600>),
//! which no rescaling of weights changes. Every example has its own ε, over all chosen layers together.

use super::gradient::{Seeds, losses};
use super::lanczos::norms;
use super::limit::positive;
use super::{Examples, Scope, Work};
use crate::error::Result;
use tch::Tensor;

/// In which ball of weights the loss may rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ball {
    /// ‖ε‖ ≤ ρ: SAM.
    Plain,
    /// ‖ε / |w|‖ ≤ ρ: adaptive, ASAM.
    Adaptive,
}

/// How far each example's loss rises.
///
/// # Errors
/// A radius that is not positive, a memory that holds not even one example.
pub fn sharpness(scope: &Scope<'_>, examples: &Examples, ball: Ball, rho: f64) -> Result<Vec<f64>> {
    positive("rho", rho)?;
    let rows = scope.rows(Work::Changes)?;
    let weights = scope.weights()?;
    let mut found = Vec::with_capacity(examples.count());
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let (before, gradient) = scope.loss_gradients(&block, None)?;
        let change = match ball {
            Ball::Plain => unit(&gradient)?,
            Ball::Adaptive => {
                let scaled = gradient.f_mul(&weights)?;
                unit(&scaled)?.f_mul(&weights)?
            }
        };
        let change = change.f_mul_scalar(rho)?;
        let after = tch::no_grad(|| scope.each(block.x(), &change))?;
        let after = losses(&block, &after)?;
        found.extend(
            after
                .iter()
                .zip(before)
                .map(|(after, before)| after - before),
        );
        scope
            .watch
            .at("examples", found.len() as u64, examples.count() as u64)?;
    }
    Ok(found)
}

impl Scope<'_> {
    /// The chosen layers' weights one after another, `[1, width]`.
    pub(super) fn weights(&self) -> Result<Tensor> {
        let flat = |number: &usize| -> Result<Tensor> {
            Ok(self.layer(*number).weight().f_reshape([1, -1])?)
        };
        let flat: Vec<Tensor> = self.layers.iter().map(flat).collect::<Result<_>>()?;
        Ok(Tensor::f_cat(&flat, 1)?)
    }

    /// The losses with each example's weights changed, and the directions of their gradients there, `[N, width]`.
    ///
    /// A direction is the gradient over the length of the gradient at the logits.
    pub(super) fn loss_gradients(
        &self,
        examples: &Examples,
        change: Option<&Tensor>,
    ) -> Result<(Vec<f64>, Tensor)> {
        let taps = self.tapped(examples.x(), change)?;
        self.check(examples, &taps.logits)?;
        let seeds = Seeds::of(self, examples, &taps.logits)?;
        let mut parts = Vec::with_capacity(self.layers.len());
        seeds.gradients(self, &taps, |_, gradient| {
            parts.push(gradient.f_flatten(1, -1)?);
            Ok(())
        })?;
        let losses = losses(examples, &taps.logits)?;
        Ok((losses, Tensor::f_cat(&parts, 1)?))
    }
}

/// Rows of length one; zeros stay zeros.
pub(super) fn unit(of: &Tensor) -> Result<Tensor> {
    let lengths = norms(of)?;
    let safe = lengths.f_where_self(&lengths.f_gt(0.0)?, &lengths.f_ones_like()?)?;
    Ok(of.f_div(&safe)?)
}
