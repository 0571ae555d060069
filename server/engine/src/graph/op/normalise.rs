//! Normalisation of the pixels, the first operator of a network.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `(x − mean) / std` per channel.
///
/// The published networks keep these constants in f32 like their weights, so their f64 twins see the rounded numbers too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalise {
    pub mean: Vec<f64>,
    pub std: Vec<f64>,
}

impl Normalise {
    /// Mean and standard deviation, `[1, C, 1, 1]` each.
    pub(crate) fn constants(&self) -> Result<Vec<Tensor>> {
        let per_channel = |values: &[f64]| -> Result<Tensor> {
            let rounded = values.iter().map(|&value| f64::from(value as f32));
            let rounded: Vec<f64> = rounded.collect();
            let constants = Tensor::f_from_slice(&rounded)?.f_to_kind(Kind::Double)?;
            Ok(constants.f_view([1, -1, 1, 1])?)
        };
        Ok(vec![per_channel(&self.mean)?, per_channel(&self.std)?])
    }
}

impl Operator for Normalise {
    fn kind(&self) -> &'static str {
        "normalise"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let fits = |list: &[f64]| list.len() as i64 == channels;
        match fits(&self.mean) && fits(&self.std) {
            true => Ok(vec![channels, height, width]),
            false => Err(format!(
                "has constants for another number of channels than {channels}"
            )),
        }
    }

    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_sub(&tensors[0])?.f_div(&tensors[1])?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let least = self.std.iter().copied().fold(f64::INFINITY, f64::min);
        Ok(Lipschitz::of(1.0 / least))
    }
}
