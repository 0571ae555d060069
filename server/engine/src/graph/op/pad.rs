//! Channels of zeros beside those of a picture.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// So many channels of zeros before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pad {
    pub before: i64,
    pub after: i64,
}

impl Operator for Pad {
    fn kind(&self) -> &'static str {
        "pad"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        match self.before >= 0 && self.after >= 0 {
            true => Ok(vec![self.before + channels + self.after, height, width]),
            false => Err(format!("adds {} and {} channels", self.before, self.after)),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_constant_pad_nd([0, 0, 0, 0, self.before, self.after])?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
