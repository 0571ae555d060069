//! Curvature of the loss in the pixels.
//!
//! λ_max of the Hessian in the image, and CURE's finite difference `‖∇l(x + h z) − ∇l(x)‖ / h` with z the normalised sign of the gradient:
//! Moosavi-Dezfooli and others 2019, <https://arxiv.org/abs/1811.09716>.

use super::gradient::Seeds;
use super::largest::{Largest, LargestSettings, iterate};
use super::product::{Pixels, Product};
use super::sharpness::{positive, unit};
use super::{Examples, Scope, Work, change, lanczos};
use crate::error::Result;
use crate::noise::{Noise, Purpose};
use tch::{Kind, Tensor};

/// How the pixels' curvature is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelSettings {
    /// Of the largest eigenvalue.
    pub largest: LargestSettings,
    /// CURE's h, a distance in the l2 norm.
    pub h: f64,
}

/// What one example's loss does around its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelCurvature {
    /// λ_max of the Hessian in the pixels.
    pub largest: Largest,
    /// ‖∇l(x + h z) − ∇l(x)‖ / h.
    pub cure: f64,
    /// ‖∇l(x)‖₂.
    pub gradient: f64,
}

/// The curvature in each example's pixels; the layers of the scope have no part in it.
///
/// # Errors
/// Settings outside their limits, a memory that holds not even one example, operators without second derivatives.
pub fn pixel_curvature(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &PixelSettings,
) -> Result<Vec<PixelCurvature>> {
    settings.largest.check()?;
    positive("h", settings.h)?;
    let vectors = settings.largest.vectors();
    let rows = scope.rows(Work::Pixels { vectors })?;
    let mut found = Vec::with_capacity(examples.count());
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let product = Pixels::new(scope, &block)?;
        let [count, width] = product.size();
        let mut stream = Noise::new(settings.largest.seed).shared(Purpose::Krylov);
        let signs: Vec<f64> = stream.signs(width as usize).map(f64::from).collect();
        let start = scope.tensor(&signs, &[1, width])?;
        let starts = start.f_expand([count, width], true)?;
        let largest = iterate(&product, &starts, &settings.largest, scope.watch)?;
        drop(product);
        let here = gradient(scope, &block)?;
        let step = unit(&here.f_sign()?)?.f_mul_scalar(settings.h)?;
        let x = block.x();
        let moved = x.f_add(&step.f_to_kind(x.f_kind()?)?.f_view_as(x)?)?;
        let there = gradient(scope, &block.with_pixels(moved))?;
        let cure = lanczos::lengths(&there.f_sub(&here)?)?;
        let gradients = lanczos::lengths(&here)?;
        let all = largest.into_iter().zip(cure).zip(gradients);
        found.extend(all.map(|((largest, cure), gradient)| PixelCurvature {
            largest,
            cure: cure / settings.h,
            gradient,
        }));
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
