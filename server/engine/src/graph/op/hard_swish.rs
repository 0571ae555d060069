//! Swish of straight pieces; Howard and others, <https://arxiv.org/abs/1905.02244>.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `x · min(max(x + 3, 0), 6) / 6`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HardSwish;

impl Operator for HardSwish {
    fn kind(&self) -> &'static str {
        "hard_swish"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_hardswish()?)
    }

    /// At 3 from below it is `(2x + 3) / 6`.
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.5))
    }
}
