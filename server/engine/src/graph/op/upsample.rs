//! A picture enlarged.

use super::{Operator, Shape, only, picture};
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
}
