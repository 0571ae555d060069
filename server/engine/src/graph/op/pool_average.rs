//! The mean of each window.

use super::pool_max::windows;
use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The mean over square windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolAverage {
    pub kernel: i64,
    pub stride: i64,
    pub padding: i64,
    /// Whether the zeros around the picture are part of the means.
    pub counts_padding: bool,
    /// Whether a rest that fills no window gives a number too.
    pub rest: bool,
}

impl PoolAverage {
    /// Windows side by side without padding; a rest that fills none is left out.
    pub fn plain(kernel: i64, stride: i64) -> Self {
        Self {
            kernel,
            stride,
            padding: 0,
            counts_padding: true,
            rest: false,
        }
    }
}

impl Operator for PoolAverage {
    fn kind(&self) -> &'static str {
        "pool_average"
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
        Ok(inputs[0].f_avg_pool2d(
            kernel,
            stride,
            padding,
            self.rest,
            self.counts_padding,
            None::<i64>,
        )?)
    }

    /// √(‖A‖₁ ‖A‖∞): each mean weighs its pixels to one in all, and a pixel is in so many means.
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let shared = (self.kernel + self.stride - 1) / self.stride.max(1);
        // The fewest pixels in a window, along each side.
        let least = match self.counts_padding && !self.rest {
            true => self.kernel,
            false => 1,
        };
        Ok(Lipschitz::of(shared as f64 / least as f64))
    }
}
