//! What is reduced on the device: lengths of features, gradients and perturbations, in f64.

use crate::attack::Step;
use crate::ball::per_example;
use crate::error::Result;
use crate::prediction;
use tch::{Kind, Tensor};
use valleyscope_shared::measure::Measure;

/// What [`read`] returns, one column per entry.
pub(super) const COLUMNS: [Measure; 10] = [
    Measure::PhiSq,
    Measure::PhiShift,
    Measure::PhiCos,
    Measure::GradXL1,
    Measure::GradXL2,
    Measure::ZeroGrad,
    Measure::Linf,
    Measure::L2,
    Measure::L1,
    Measure::L0,
];

/// The clean point, to which the others are compared, in f64.
#[derive(Debug)]
pub(super) struct Clean {
    /// `[N, values]`
    x: Tensor,
    features: Tensor,
    length: Tensor,
}

impl Clean {
    pub(super) fn of(step: &Step) -> Result<Self> {
        let features = per_example(&step.features)?.f_to_kind(Kind::Double)?;
        let length = norm(&features, 2.0)?;
        Ok(Self {
            x: per_example(&step.x)?.f_to_kind(Kind::Double)?,
            features,
            length,
        })
    }

    /// That of these examples.
    pub(super) fn select(&self, rows: &[usize]) -> Result<Self> {
        let places: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.x.device())?;
        let some = |tensor: &Tensor| tensor.f_index_select(0, &places);
        Ok(Self {
            x: some(&self.x)?,
            features: some(&self.features)?,
            length: some(&self.length)?,
        })
    }
}

/// The columns [`COLUMNS`], one after another.
///
/// Pixels and gradients are many: each is copied once, into f64, and everything else is done in that copy.
pub(super) fn read(step: &Step, clean: &Clean) -> Result<Vec<f64>> {
    let features = per_example(&step.features)?.f_to_kind(Kind::Double)?;
    let phi_sq = sum(&features.f_square()?)?;
    let shift = norm(&features.f_sub(&clean.features)?, 2.0)?;
    let dot = sum(&features.f_mul(&clean.features)?)?;
    let cosine = dot.f_div(&phi_sq.f_sqrt()?.f_mul(&clean.length)?)?;
    let [l1, l2, zero] = match &step.gradient {
        Some(gradient) => {
            // Of an image without a prediction nothing is climbed.
            let known = prediction::exists(&step.logits)?.f_logical_and(&gradient.finite)?;
            let unknown = known.f_logical_not()?;
            let [l1, l2, zero] = gradient_columns(&gradient.direction, gradient.scale.as_ref())?;
            let read = |column: Tensor| column.f_masked_fill(&unknown, f64::NAN);
            [read(l1)?, read(l2)?, read(zero)?]
        }
        None => {
            let absent = phi_sq.f_full_like(f64::NAN)?;
            [absent.shallow_clone(), absent.shallow_clone(), absent]
        }
    };
    let change = own_copy(&per_example(&step.x)?)?.f_sub_(&clean.x)?;
    let [linf, euclidean, sum_of_changes, changed] = sizes(&change)?;
    let table = Tensor::f_stack(
        &[
            &phi_sq,
            &shift,
            &cosine,
            &l1,
            &l2,
            &zero,
            &linf,
            &euclidean,
            &sum_of_changes,
            &changed,
        ],
        0,
    )?;
    super::to_vec(&table)
}

/// The measures of [`sizes`].
pub(super) const SIZES: [Measure; 4] = [Measure::Linf, Measure::L2, Measure::L1, Measure::L0];

/// ‖δ‖∞, ‖δ‖₂, ‖δ‖₁ and how many values have changed, of perturbations `[N, values]` in f64.
pub(super) fn sizes(change: &Tensor) -> Result<[Tensor; 4]> {
    Ok([
        norm(change, f64::INFINITY)?,
        norm(change, 2.0)?,
        norm(change, 1.0)?,
        changed(change)?,
    ])
}

/// ℓ1 and ℓ2 lengths of the gradient, and whether it is zero.
///
/// The largest entry is divided out before squaring, so that gradients of 1e-200 keep their length.
fn gradient_columns(direction: &Tensor, scale: Option<&Tensor>) -> Result<[Tensor; 3]> {
    let mut flat = own_copy(&per_example(direction)?)?;
    let largest = norm(&flat, f64::INFINITY)?;
    let zero = largest.f_eq(0.0)?;
    let divisor = largest.f_masked_fill(&zero, 1.0)?;
    let scaled = flat.f_div_(&divisor.f_unsqueeze(1)?)?;
    let mut l1 = norm(&scaled, 1.0)?.f_mul(&divisor)?;
    let mut l2 = norm(&scaled, 2.0)?.f_mul(&divisor)?;
    if let Some(scale) = scale {
        l1 = l1.f_mul(scale)?;
        l2 = l2.f_mul(scale)?;
    }
    Ok([l1, l2, zero.f_to_kind(Kind::Double)?])
}

/// How many values of each row are further from zero than [`CHANGED`], `[N, values]` to `[N]`.
pub(crate) fn changed(change: &Tensor) -> Result<Tensor> {
    sum(&change.f_abs()?.f_gt(CHANGED)?)
}

/// A value counts as changed from here on: far above what rounding leaves of a step and its way back, far below a grey level.
const CHANGED: f64 = 1e-6;

/// A copy in f64 that may be changed, whatever the tensor's own format.
fn own_copy(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_to_dtype(Kind::Double, false, true)?)
}

/// The norm of each example's values, `[N, values]` to `[N]`, in f64.
fn norm(x: &Tensor, order: f64) -> Result<Tensor> {
    Ok(x.f_linalg_norm(order, [1].as_slice(), false, Kind::Double)?)
}

/// Σ over all but the first dimension, `[N]`, in f64.
fn sum(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_sum_dim_intlist([1].as_slice(), false, Kind::Double)?)
}
