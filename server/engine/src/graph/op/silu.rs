//! The sigmoid-weighted linear unit, also called swish; Elfwing, Uchibe and Doya, <https://arxiv.org/abs/1702.03118>.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `x / (1 + exp(−x))`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silu;

impl Operator for Silu {
    fn kind(&self) -> &'static str {
        "silu"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_silu()?)
    }

    /// The largest slope, near 2.4; rounded up.
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.09985))
    }
}
