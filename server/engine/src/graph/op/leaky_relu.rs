//! A ReLU that lets some of what is negative through; Maas, Hannun and Ng 2013.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `max(x, 0) + slope · min(x, 0)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakyRelu {
    pub slope: f64,
}

impl Operator for LeakyRelu {
    fn kind(&self) -> &'static str {
        "leaky_relu"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        // LibTorch's own takes its default slope only, by this binding; a PReLU of one number is the same function.
        let slope = Tensor::f_from_slice(&[self.slope])?
            .f_to_device(inputs[0].device())?
            .f_to_kind(inputs[0].kind())?;
        Ok(inputs[0].f_prelu(&slope)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(self.slope.abs().max(1.0)))
    }
}
