//! The largest number of each window.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The maximum over square windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolMax {
    pub kernel: i64,
    pub stride: i64,
    pub padding: i64,
    /// Whether a rest that fills no window gives a number too.
    pub rest: bool,
}

impl Operator for PoolMax {
    fn kind(&self) -> &'static str {
        "pool_max"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let least = self.kernel - 2 * self.padding;
        let fits = self.kernel >= 1 && (0..=self.kernel / 2).contains(&self.padding);
        if !fits || self.stride < 1 || height < least || width < least {
            return Err(format!("cannot pool {height}x{width} pixels by {self:?}"));
        }
        let side = |input: i64| windows(input, self.kernel, self.stride, self.padding, self.rest);
        Ok(vec![channels, side(height), side(width)])
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [kernel, stride, padding] = [self.kernel, self.stride, self.padding].map(|n| [n; 2]);
        Ok(inputs[0].f_max_pool2d(kernel, stride, padding, [1, 1], self.rest)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        // A pixel can be the largest of so many windows.
        let shared = (self.kernel + self.stride - 1) / self.stride.max(1);
        Ok(Lipschitz::of(shared as f64))
    }
}

/// How many windows there are along a side of the picture, as PyTorch counts them.
pub(super) fn windows(input: i64, kernel: i64, stride: i64, padding: i64, rest: bool) -> i64 {
    let free = input + 2 * padding - kernel;
    if !rest {
        return free / stride + 1;
    }
    let all = (free + stride - 1) / stride + 1;
    // The last one has to begin within the picture or what pads it before.
    match (all - 1) * stride >= input + padding {
        true => all - 1,
        false => all,
    }
}
