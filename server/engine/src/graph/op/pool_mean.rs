//! The mean of each channel over the whole picture.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `[C, H, W]` to `[C]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolMean;

impl Operator for PoolMean {
    fn kind(&self) -> &'static str {
        "pool_mean"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, _, _] = picture(only(inputs)?)?;
        Ok(vec![channels])
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_mean_dim([2i64, 3].as_slice(), false, None::<Kind>)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let pixels: i64 = shapes
            .iter()
            .flat_map(|shape| shape.iter().skip(1))
            .product();
        Ok(Lipschitz::of(1.0 / (pixels.max(1) as f64).sqrt()))
    }
}
