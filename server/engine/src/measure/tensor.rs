//! What is reduced on the device: lengths of features, gradients and perturbations, in f64.

use crate::attack::Step;
use crate::ball::per_example;
use crate::error::Result;
use tch::{Kind, Tensor};
use valleyscope_shared::measure::Measure;

/// What [`read`] returns, one column per entry.
pub(super) const COLUMNS: [Measure; 8] = [
    Measure::PhiSq,
    Measure::PhiShift,
    Measure::PhiCos,
    Measure::GradXL1,
    Measure::GradXL2,
    Measure::ZeroGrad,
    Measure::Linf,
    Measure::L2,
];

/// The clean point, to which the others are compared.
#[derive(Debug)]
pub(super) struct Clean {
    x: Tensor,
    features: Tensor,
    length: Tensor,
}

impl Clean {
    pub(super) fn of(step: &Step) -> Result<Self> {
        let features = step.features.f_to_kind(Kind::Double)?;
        let length = sum(&features.f_square()?)?.f_sqrt()?;
        Ok(Self {
            x: step.x.shallow_clone(),
            features,
            length,
        })
    }
}

/// The columns [`COLUMNS`], one after another.
pub(super) fn read(step: &Step, clean: &Clean) -> Result<Vec<f64>> {
    let features = step.features.f_to_kind(Kind::Double)?;
    let phi_sq = sum(&features.f_square()?)?;
    let shift = sum(&features.f_sub(&clean.features)?.f_square()?)?.f_sqrt()?;
    let dot = sum(&features.f_mul(&clean.features)?)?;
    let cosine = dot.f_div(&phi_sq.f_sqrt()?.f_mul(&clean.length)?)?;
    let [l1, l2, zero] = match &step.gradient {
        Some(gradient) => gradient_columns(&gradient.direction, gradient.scale.as_ref())?,
        None => {
            let absent = phi_sq.f_full_like(f64::NAN)?;
            [absent.shallow_clone(), absent.shallow_clone(), absent]
        }
    };
    // The difference of two f32 pixels is exact or rounded once in f32; its square is summed in f64.
    let change = per_example(
        &step
            .x
            .f_to_kind(Kind::Double)?
            .f_sub(&clean.x.f_to_kind(Kind::Double)?)?,
    )?;
    let linf = change.f_abs()?.f_amax([1], false)?;
    let euclidean = sum(&change.f_square()?)?.f_sqrt()?;
    let table = Tensor::f_stack(
        &[&phi_sq, &shift, &cosine, &l1, &l2, &zero, &linf, &euclidean],
        0,
    )?;
    super::to_vec(&table)
}

/// ℓ1 and ℓ2 lengths of the gradient, and whether it is zero.
///
/// The largest entry is divided out before squaring, so that gradients of 1e-30 keep their length.
fn gradient_columns(direction: &Tensor, scale: Option<&Tensor>) -> Result<[Tensor; 3]> {
    let flat = per_example(direction)?.f_abs()?;
    let largest = flat.f_amax([1], true)?.f_to_kind(Kind::Double)?;
    let zero = largest.f_eq(0.0)?;
    let divisor = largest.f_masked_fill(&zero, 1.0)?;
    let scaled = flat.f_to_kind(Kind::Double)?.f_div(&divisor)?;
    let factor = divisor.f_squeeze_dim(1)?;
    let mut l1 = sum(&scaled)?.f_mul(&factor)?;
    let mut l2 = sum(&scaled.f_square()?)?.f_sqrt()?.f_mul(&factor)?;
    if let Some(scale) = scale {
        l1 = l1.f_mul(scale)?;
        l2 = l2.f_mul(scale)?;
    }
    Ok([l1, l2, zero.f_squeeze_dim(1)?.f_to_kind(Kind::Double)?])
}

/// Σ over all but the first dimension, `[N]`, in f64.
fn sum(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_sum_dim_intlist([1].as_slice(), false, Kind::Double)?)
}
