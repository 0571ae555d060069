//! Means over as many windows as are wanted, whatever the picture's size.

use super::{Lipschitz, Operator, Shape, only, picture};
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

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let sides = shapes
            .first()
            .and_then(|shape| shape.get(1..))
            .unwrap_or_default();
        let bound = sides.iter().map(|side| {
            // In how many windows a pixel is, and how few pixels are in one.
            let shared = (self.side + side - 1) / (*side).max(1) + 1;
            let least = (side / self.side.max(1)).max(1);
            match side % self.side.max(1) {
                0 => 1.0 / (least as f64),
                _ => shared as f64 / least as f64,
            }
        });
        Ok(Lipschitz::of(bound.product::<f64>().sqrt()))
    }
}
