//! The dimensions of a value in another order.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Dimension `i` of what it gives is dimension `dimensions[i]` of what it takes, of one image, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permute {
    pub dimensions: Vec<usize>,
}

impl Operator for Permute {
    fn kind(&self) -> &'static str {
        "permute"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        let mut sorted = self.dimensions.clone();
        sorted.sort_unstable();
        match sorted.iter().copied().eq(0..input.len()) {
            true => Ok(self.dimensions.iter().map(|place| input[*place]).collect()),
            false => Err(format!("cannot order {input:?} as {:?}", self.dimensions)),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let rest = self.dimensions.iter().map(|place| *place as i64 + 1);
        let order: Vec<i64> = std::iter::once(0).chain(rest).collect();
        Ok(inputs[0].f_permute(order.as_slice())?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
