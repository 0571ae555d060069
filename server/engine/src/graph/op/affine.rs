//! A number times a value, and another added.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `scale · x + shift`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affine {
    pub scale: f64,
    pub shift: f64,
}

impl Operator for Affine {
    fn kind(&self) -> &'static str {
        "affine"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let mut value = inputs[0].shallow_clone();
        // A multiplication by one or an addition of zero would change nothing and cost a pass over the memory.
        if self.scale != 1.0 {
            value = value.f_mul_scalar(self.scale)?;
        }
        match self.shift == 0.0 {
            true => Ok(value),
            false => Ok(value.f_add_scalar(self.shift)?),
        }
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(self.scale.abs()))
    }
}
