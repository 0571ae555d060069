//! Means over as many windows as are wanted, whatever the picture's size.

use super::{Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Means over `side` by `side` windows, which overlap or repeat where the picture's sides are no multiples; as PyTorch has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolAdaptive {
    pub side: i64,
}

impl Operator for PoolAdaptive {
    fn kind(&self) -> &'static str {
        "pool_adaptive"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, _, _] = picture(only(inputs)?)?;
        match self.side >= 1 {
            true => Ok(vec![channels, self.side, self.side]),
            false => Err(format!("cannot pool by {self:?}")),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_adaptive_avg_pool2d([self.side; 2])?)
    }
}
