//! The difference of logits ratio (Croce and Hein, arXiv 2003.01690): a margin over a spread of the same logits,
//! so that it does not change when they are scaled or shifted.

use super::margin;
use crate::error::{Error, Result};
use tch::Tensor;

/// What keeps the denominator from zero.
const TINY: f64 = 1e-12;

/// `[N]`: (max_{k≠y} z_k − z_y) / (z_(1) − z_(3) + 1e-12), with z_(1) ≥ z_(2) ≥ … the logits in falling order.
///
/// # Errors
///
/// Fewer than three classes.
pub(super) fn untargeted(logits: &Tensor, labels: &Tensor) -> Result<Tensor> {
    let largest = largest(logits, 3)?;
    let spread = nth(&largest, 1)?.f_sub(&nth(&largest, 3)?)?;
    Ok(margin(logits, labels)?
        .f_neg()?
        .f_div(&spread.f_add_scalar(TINY)?)?)
}

/// `[N]`: (z_t − z_y) / (z_(1) − (z_(3) + z_(4)) / 2 + 1e-12) for the target t and the true label y.
///
/// # Errors
///
/// Fewer than four classes.
pub(super) fn targeted(logits: &Tensor, targets: &Tensor, truth: &Tensor) -> Result<Tensor> {
    let largest = largest(logits, 4)?;
    let lower = nth(&largest, 3)?.f_add(&nth(&largest, 4)?)?;
    let spread = nth(&largest, 1)?.f_sub(&lower.f_mul_scalar(0.5)?)?;
    let of = |classes: &Tensor| -> Result<Tensor> {
        let column = classes.f_unsqueeze(1)?;
        Ok(logits.f_gather(1, &column, false)?.f_squeeze_dim(1)?)
    };
    Ok(of(targets)?
        .f_sub(&of(truth)?)?
        .f_div(&spread.f_add_scalar(TINY)?)?)
}

/// `[N, count]`, the largest logits in falling order, equal ones once where there are enough others.
///
/// With two equal rows in the last layer the ratio would be the same at every image, and have no slope.
fn largest(logits: &Tensor, count: i64) -> Result<Tensor> {
    let classes = logits.size().get(1).copied().unwrap_or(0);
    if classes < count {
        return Err(Error::Setting {
            field: "loss",
            value: "dlr".to_owned(),
            expected: format!(
                "the difference of logits ratio needs {count} classes here and the model has {classes}; cross_entropy is right"
            ),
        });
    }
    let (sorted, _) = logits.f_sort(1, true)?;
    let again = sorted.f_narrow(1, 1, classes - 1)?;
    let again = again.f_eq_tensor(&sorted.f_narrow(1, 0, classes - 1)?)?;
    let first = again.f_narrow(1, 0, 1)?.f_zeros_like()?;
    let repeated = Tensor::f_cat(&[first, again], 1)?;
    let distinct = sorted.f_masked_fill(&repeated, f64::NEG_INFINITY)?;
    let distinct = distinct.f_topk(count, 1, true, true)?.0;
    let enough = distinct.f_narrow(1, count - 1, 1)?.f_isfinite()?;
    Ok(distinct.f_where_self(&enough, &sorted.f_narrow(1, 0, count)?)?)
}

/// `[N]`, z_(n).
fn nth(largest: &Tensor, n: i64) -> Result<Tensor> {
    Ok(largest.f_select(1, n - 1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(value: Result<Tensor>) -> Vec<f64> {
        Vec::try_from(value.unwrap()).unwrap()
    }

    #[test]
    fn the_ratio_is_that_of_the_formula_and_does_not_see_scale_or_shift() {
        let logits = Tensor::from_slice(&[1.0, 4.0, -3.0, 2.0, 1.0, 4.0, -3.0, 2.0]).view([2, 4]);
        // Rows: the label on top, and a label that is not. Falling order 4, 2, 1, −3.
        let (labels, targets) = (
            Tensor::from_slice(&[1_i64, 2]),
            Tensor::from_slice(&[2_i64, 0]),
        );
        for (scale, shift) in [(1.0, 0.0), (100.0, -7.0)] {
            let z = &logits * scale + shift;
            let expected = [(2.0 - 4.0) / 3.0, (4.0 + 3.0) / 3.0];
            for (got, want) in losses(untargeted(&z, &labels)).iter().zip(expected) {
                // The constant in the denominator moves the twelfth digit.
                assert!((got - want).abs() < 1e-11, "{got} {want}");
            }
            let expected = [(-3.0 - 4.0) / 5.0, (1.0 + 3.0) / 5.0];
            for (got, want) in losses(targeted(&z, &targets, &labels)).iter().zip(expected) {
                assert!((got - want).abs() < 1e-11, "{got} {want}");
            }
        }
    }

    #[test]
    fn too_few_classes_are_refused_with_their_number() {
        let (two, three) = (
            Tensor::from_slice(&[1.0, 2.0]).view([1, 2]),
            Tensor::from_slice(&[1.0, 2.0, 3.0]).view([1, 3]),
        );
        let label = Tensor::from_slice(&[0_i64]);
        let error = untargeted(&two, &label).unwrap_err().to_string();
        assert!(
            error.contains("needs 3 classes here and the model has 2"),
            "{error}"
        );
        let error = targeted(&three, &label, &label).unwrap_err().to_string();
        assert!(
            error.contains("needs 4 classes here and the model has 3"),
            "{error}"
        );
    }
}
