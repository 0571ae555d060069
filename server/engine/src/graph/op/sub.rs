//! The difference of two values.

use super::{Lipschitz, Operator, Shape, broadcast};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `a − b`, shapes paired as numpy does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sub;

impl Operator for Sub {
    fn kind(&self) -> &'static str {
        "sub"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        broadcast::shape(inputs, "takes the difference of")
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [one, other] = broadcast::aligned(inputs[0], inputs[1])?;
        Ok(one.f_sub(&other)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        broadcast::lipschitz_of_sum(shapes)
    }
}
