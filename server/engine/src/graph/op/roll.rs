//! A value moved in a circle, as windows that shift; Liu and others, <https://arxiv.org/abs/2103.14030>.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Numbers moved by so many places along dimensions of one image's value, from 0; what leaves at an end comes in at the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roll {
    pub shifts: Vec<i64>,
    pub dimensions: Vec<usize>,
}

impl Operator for Roll {
    fn kind(&self) -> &'static str {
        "roll"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        let fits = self.shifts.len() == self.dimensions.len();
        match fits && self.dimensions.iter().all(|place| *place < input.len()) {
            true => Ok(input.to_vec()),
            false => Err(format!("cannot move {input:?} by {self:?}")),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let places = self.dimensions.iter().map(|place| *place as i64 + 1);
        let places: Vec<i64> = places.collect();
        Ok(inputs[0].f_roll(self.shifts.as_slice(), places.as_slice())?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
