//! Channels in another order, so that groups see each other; Zhang and others, <https://arxiv.org/abs/1707.01083>.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The first channel of each group, then the second of each, and so on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shuffle {
    pub groups: i64,
}

impl Operator for Shuffle {
    fn kind(&self) -> &'static str {
        "shuffle"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        match self.groups >= 1 && channels % self.groups == 0 {
            true => Ok(vec![channels, height, width]),
            false => Err(format!(
                "cannot part {channels} channels into {} groups",
                self.groups
            )),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_channel_shuffle(self.groups)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
