//! Zeros around a picture, where its sides need different ones.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// So many columns of zeros left and right, and rows above and below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Border {
    pub left: i64,
    pub right: i64,
    pub above: i64,
    pub below: i64,
}

impl Operator for Border {
    fn kind(&self) -> &'static str {
        "border"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let sides = [self.left, self.right, self.above, self.below];
        match sides.iter().all(|side| (0..=4096).contains(side)) {
            true => Ok(vec![
                channels,
                self.above + height + self.below,
                self.left + width + self.right,
            ]),
            false => Err(format!("adds {self:?}")),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let sides = [self.left, self.right, self.above, self.below];
        Ok(inputs[0].f_constant_pad_nd(sides)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
