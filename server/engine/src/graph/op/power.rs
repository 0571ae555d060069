//! A power of each number.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `x^exponent`: ½ is the square root, −1 the reciprocal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    pub exponent: f64,
}

impl Operator for Power {
    fn kind(&self) -> &'static str {
        "power"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_pow_tensor_scalar(self.exponent)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(match self.exponent == 1.0 {
            true => Lipschitz::of(1.0),
            false => Lipschitz::Unbounded,
        })
    }
}
