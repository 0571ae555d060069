//! The sum of two values.

use super::{Lipschitz, Operator, Shape, broadcast};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `a + b`, shapes paired as numpy does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Add;

impl Operator for Add {
    fn kind(&self) -> &'static str {
        "add"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        broadcast::shape(inputs, "adds")
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [one, other] = broadcast::aligned(inputs[0], inputs[1])?;
        Ok(one.f_add(&other)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        broadcast::lipschitz_of_sum(shapes)
    }
}

impl Add {
    /// The same, written over the first value, which has the sum's shape and which nobody else may need.
    pub(in crate::graph) fn forward_over(&self, first: Tensor, second: &Tensor) -> Result<Tensor> {
        let [mut first, second] = broadcast::aligned(&first, second)?;
        Ok(first.f_add_(&second)?)
    }
}
