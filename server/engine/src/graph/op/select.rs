//! One token of many, such as the one that stands for the class.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `[T, D]` to `[D]`: the token at this place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Select {
    pub place: i64,
}

impl Operator for Select {
    fn kind(&self) -> &'static str {
        "select"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        match only(inputs)? {
            [[tokens, width]] if (0..*tokens).contains(&self.place) => Ok(vec![*width]),
            [other] => Err(format!("takes token {} of {other:?}", self.place)),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_select(1, self.place)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
