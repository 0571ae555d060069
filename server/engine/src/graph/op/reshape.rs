//! The same numbers in another shape.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The numbers of an image's value in their order, in this shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reshape {
    pub shape: Shape,
}

impl Operator for Reshape {
    fn kind(&self) -> &'static str {
        "reshape"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        let count = |shape: &[i64]| {
            let mut sizes = shape.iter().filter(|size| **size >= 0);
            let all = sizes.try_fold(1i64, |count, size| count.checked_mul(*size));
            all.filter(|_| shape.iter().all(|size| *size >= 0))
        };
        match count(input).is_some() && count(input) == count(&self.shape) {
            true => Ok(self.shape.clone()),
            false => Err(format!("cannot make {:?} of {input:?}", self.shape)),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let images = inputs[0].size()[0];
        Ok(inputs[0].f_reshape([&[images], self.shape.as_slice()].concat().as_slice())?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
