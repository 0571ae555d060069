//! A picture enlarged.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Each pixel copied, to this height and width.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upsample {
    pub to: [i64; 2],
}

impl Operator for Upsample {
    fn kind(&self) -> &'static str {
        "upsample"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let [rows, columns] = self.to;
        match height >= 1 && width >= 1 && rows >= height && columns >= width {
            true => Ok(vec![channels, rows, columns]),
            false => Err(format!(
                "cannot enlarge {height}x{width} pixels to {rows}x{columns}"
            )),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_upsample_nearest2d(self.to, None::<f64>, None::<f64>)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let sides = shapes
            .first()
            .and_then(|shape| shape.get(1..))
            .unwrap_or_default();
        let copies = sides.iter().zip(self.to);
        let copies = copies.map(|(side, to)| (to + side - 1) / (*side).max(1));
        Ok(Lipschitz::of((copies.product::<i64>() as f64).sqrt()))
    }
}
