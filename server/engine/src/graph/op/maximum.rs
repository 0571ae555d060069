//! The largest along some dimensions.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The largest number along these dimensions of one image's value, from 0; they stay with the size 1, or go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maximum {
    pub dimensions: Vec<usize>,
    pub keep: bool,
}

impl Operator for Maximum {
    fn kind(&self) -> &'static str {
        "maximum"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        super::mean::without(only(inputs)?, &self.dimensions, self.keep)
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let places = self.dimensions.iter().map(|place| *place as i64 + 1);
        let places: Vec<i64> = places.collect();
        Ok(inputs[0].f_amax(places.as_slice(), self.keep)?)
    }

    /// The sets of numbers are disjoint, and each maximum moves by at most what its numbers do.
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
