//! Numbers that are learned and depend on no image: a class token, the positions of patches.

use super::{Lipschitz, Operator, Parameter, Shape};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// A learned value, the same for every image. Its tensor is called as the node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// The shape that it has in weights files.
    pub stored: Shape,
    /// The shape of its value.
    pub shape: Shape,
}

impl Operator for Constant {
    fn kind(&self) -> &'static str {
        "constant"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let count = |shape: &[i64]| shape.iter().product::<i64>();
        match inputs.is_empty() && count(&self.stored) == count(&self.shape) {
            true => Ok(self.shape.clone()),
            false => Err(format!("cannot be {:?} of {:?}", self.shape, self.stored)),
        }
    }

    fn parameters(&self, _: &[&[i64]]) -> Vec<Parameter> {
        vec![Parameter::learned("", &self.stored)]
    }

    /// A batch of one, whose value is everyone's.
    fn forward(&self, _: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        Ok(tensors[0].f_view([&[1], self.shape.as_slice()].concat().as_slice())?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::Sum(Vec::new()))
    }
}
