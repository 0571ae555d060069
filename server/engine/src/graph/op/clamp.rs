//! Values between two limits; from 0 to 6 it is the ReLU6 of networks for telephones.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `min(max(x, least), most)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clamp {
    pub least: f64,
    pub most: f64,
}

impl Operator for Clamp {
    fn kind(&self) -> &'static str {
        "clamp"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_clamp(self.least, self.most)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
