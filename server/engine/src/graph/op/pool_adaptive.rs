//! Means over as many windows as are wanted, whatever the picture's size.

use super::{Lipschitz, Operator, Pair, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Means over as many rows and columns of windows as `side` says, which overlap or repeat where the picture's sides are no multiples; as PyTorch has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolAdaptive {
    pub side: Pair,
}

impl Operator for PoolAdaptive {
    fn kind(&self) -> &'static str {
        "pool_adaptive"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, _, _] = picture(only(inputs)?)?;
        let [rows, columns] = self.side.sides();
        match rows >= 1 && columns >= 1 {
            true => Ok(vec![channels, rows, columns]),
            false => Err(format!("cannot pool to {} pixels", self.side)),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_adaptive_avg_pool2d(self.side.sides())?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let sides = shapes
            .first()
            .and_then(|shape| shape.get(1..))
            .unwrap_or_default();
        let bound = sides.iter().zip(self.side.sides()).map(|(side, to)| {
            // In how many windows a pixel is, and how few pixels are in one.
            let shared = (to + side - 1) / (*side).max(1) + 1;
            let least = (side / to.max(1)).max(1);
            match side % to.max(1) {
                0 => 1.0 / (least as f64),
                _ => shared as f64 / least as f64,
            }
        });
        Ok(Lipschitz::of(bound.product::<f64>().sqrt()))
    }
}
