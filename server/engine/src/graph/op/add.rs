//! The sum of two values of one shape.

use super::{Operator, Shape};
use crate::error::Result;
use tch::Tensor;

/// `a + b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Add;

impl Operator for Add {
    fn kind(&self) -> &'static str {
        "add"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        match inputs {
            [one, other] if one == other => Ok(one.to_vec()),
            [one, other] => Err(format!("adds {one:?} and {other:?}, which differ")),
            _ => Err(format!("takes two values, not {}", inputs.len())),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_add(inputs[1])?)
    }
}

impl Add {
    /// The same, written over the first value, which nobody else may need.
    pub(in crate::graph) fn forward_over(
        &self,
        mut first: Tensor,
        second: &Tensor,
    ) -> Result<Tensor> {
        Ok(first.f_add_(second)?)
    }
}
