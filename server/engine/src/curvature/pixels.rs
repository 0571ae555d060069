//! Curvature of the loss in the pixels.
//!
//! λ_max of the Hessian in the image, and CURE's finite difference `‖∇l(x + h z) − ∇l(x)‖ / h` with z the normalised sign of the gradient:
//! Moosavi-Dezfooli and others 2019, <https://arxiv.org/abs/1811.09716>.

use super::gradient::Seeds;
use super::largest::{Largest, LargestSettings, iterate};
use super::limit::positive;
use super::product::{Pixels, Product};
use super::sharpness::unit;
use super::{Examples, Scope, Work, change, lanczos};
use crate::error::Result;
use crate::noise::{Noise, Purpose};
use tch::{Kind, Tensor};

/// λ_max of each example's Hessian in its pixels; the layers of the scope have no part in it.
///
/// # Errors
/// Settings outside their limits, a memory that holds not even one example, operators without second derivatives.
pub fn largest_in_pixels(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &LargestSettings,
) -> Result<Vec<Largest>> {
    settings.check()?;
    let vectors = settings.vectors();
    let rows = scope.rows(Work::Pixels { vectors })?;
    let mut found = Vec::with_capacity(examples.count());
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let product = Pixels::new(scope, &block)?;
        let [count, width] = product.size();
        let mut stream = Noise::new(settings.seed).shared(Purpose::Krylov);
        let signs: Vec<f64> = stream.signs(width as usize).map(f64::from).collect();
        let start = scope.tensor(&signs, &[1, width])?;
        let starts = start.f_expand([count, width], true)?;
        found.extend(iterate(&product, &starts, settings, scope.watch)?);
    }
    Ok(found)
}

/// `‖∇l(x + h z) − ∇l(x)‖ / h` of each example, h a distance in ℓ2.
///
/// # Errors
/// An h that is not positive, a memory that holds not even one example.
pub fn cure(scope: &Scope<'_>, examples: &Examples, h: f64) -> Result<Vec<f64>> {
    positive("h", h)?;
    let rows = scope.rows(Work::Pixels { vectors: 0 })?;
    let mut found = Vec::with_capacity(examples.count());
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let here = gradient(scope, &block)?;
        let step = unit(&here.f_sign()?)?.f_mul_scalar(h)?;
        let x = block.x();
        let moved = x.f_add(&step.f_to_kind(x.f_kind()?)?.f_view_as(x)?)?;
        let there = gradient(scope, &block.with_pixels(moved))?;
        let change = lanczos::lengths(&there.f_sub(&here)?)?;
        found.extend(change.iter().map(|length| length / h));
        scope
            .watch
            .at("examples", found.len() as u64, examples.count() as u64)?;
    }
    Ok(found)
}

/// ∇l in the pixels, `[N, C·H·W]` in f64.
fn gradient(scope: &Scope<'_>, examples: &Examples) -> Result<Tensor> {
    let leaf = examples
        .x()
        .f_to_kind(scope.network.kind())?
        .f_detach()?
        .f_set_requires_grad(true)?;
    let logits = scope.logits(&leaf)?;
    scope.check(examples, &logits)?;
    let seeds = Seeds::of(scope, examples, &logits)?;
    let direction = change::derivative(&seeds.sum, &leaf, false, false)?;
    let lengths = Tensor::f_from_slice(&seeds.lengths)?
        .f_view([-1, 1])?
        .f_to_device(leaf.device())?;
    let rows = direction.f_flatten(1, -1)?.f_to_kind(Kind::Double)?;
    Ok(rows.f_mul(&lengths)?)
}
