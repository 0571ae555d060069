//! A value repeated.

use super::{Lipschitz, Operator, Shape, broadcast, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Dimensions of size 1 repeated to this shape; dimensions may come in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expand {
    pub shape: Shape,
}

impl Operator for Expand {
    fn kind(&self) -> &'static str {
        "expand"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        match broadcast::common(input, &self.shape) {
            Some(common) if common == self.shape => Ok(common),
            _ => Err(format!("cannot stretch {input:?} to {:?}", self.shape)),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let images = inputs[0].size()[0];
        let whole = [&[images], self.shape.as_slice()].concat();
        let model = inputs[0].f_new_empty([1], (inputs[0].kind(), inputs[0].device()))?;
        let model = model.f_expand(whole.as_slice(), false)?;
        let [value, _] = broadcast::aligned(inputs[0], &model)?;
        Ok(value.f_expand(whole.as_slice(), false)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(broadcast::repetition(shapes[0], &self.shape)))
    }
}
