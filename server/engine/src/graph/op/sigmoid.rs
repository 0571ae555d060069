//! The logistic activation.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `1 / (1 + exp(−x))`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sigmoid;

impl Operator for Sigmoid {
    fn kind(&self) -> &'static str {
        "sigmoid"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_sigmoid()?)
    }

    /// Its slope is s (1 − s).
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(0.25))
    }
}
