//! vᵀ H v of every example at once, along a direction that all of them share.
//!
//! A layer gives `op(x, W) + s_i op(x, V)` with a number s_i = 0 of its own for example i; then `∂²l_i/∂s_i² = vᵀ H_i v`.
//! Nothing is copied, and one double backward pass gives it for all examples and layers.

use super::change::derivative;
use super::classes::softmaxes;
use super::{Examples, Scope};
use crate::error::Result;
use crate::measure::to_vec;
use tch::{Kind, Tensor};

/// Of what the second derivative is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The loss.
    Whole,
    /// `⟨p − e_y, z⟩` with p held fixed: all but the Gauss-Newton part.
    Rest,
}

/// `v_lᵀ H_l v_l + Σ_{m≠l} v_lᵀ H_lm v_m`, `[layer][example]`; the sum has mean zero for independent directions.
pub(super) fn quadratic(
    scope: &Scope<'_>,
    examples: &Examples,
    directions: &[Tensor],
    part: Part,
) -> Result<Vec<Vec<f64>>> {
    let rows = examples.count();
    let amounts = scope.leaf(&[scope.layers.len() as i64, rows as i64])?;
    let logits = scope.along(examples.x(), directions, &amounts)?;
    let sum = match part {
        Part::Whole => examples.losses(&logits)?.f_sum(None::<Kind>)?,
        Part::Rest => {
            let gradients = softmaxes(&logits)?.into_iter().zip(examples.labels());
            let gradients: Vec<f64> = gradients
                .flat_map(|(softmax, label)| softmax.gradient(*label))
                .collect();
            let gradients = scope.tensor(&gradients, &logits.size())?;
            logits.f_mul(&gradients)?.f_sum(None::<Kind>)?
        }
    };
    let slopes = derivative(&sum, &amounts, true, true)?;
    let bends = derivative(&slopes.f_sum(None::<Kind>)?, &amounts, false, false)?;
    Ok(to_vec(&bends)?.chunks(rows).map(<[f64]>::to_vec).collect())
}
