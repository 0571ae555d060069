//! The product of two values, such as of channels and their gates.

use super::{Operator, Shape, broadcast};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `a · b`, number by number, shapes paired as numpy does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mul;

impl Operator for Mul {
    fn kind(&self) -> &'static str {
        "mul"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        broadcast::shape(inputs, "multiplies")
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [one, other] = broadcast::aligned(inputs[0], inputs[1])?;
        Ok(one.f_mul(&other)?)
    }
}
