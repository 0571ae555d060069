//! The mean of each window.

use super::window::Window;
use super::{Lipschitz, Operator, Pair, Shape};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The mean over windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolAverage {
    pub kernel: Pair,
    pub stride: Pair,
    pub padding: Pair,
    /// Whether the zeros around the picture are part of the means.
    pub counts_padding: bool,
    /// Whether a rest that fills no window gives a number too.
    pub rest: bool,
}

impl PoolAverage {
    /// Square windows without padding; a rest that fills none is left out.
    pub fn plain(kernel: i64, stride: i64) -> Self {
        Self {
            kernel: Pair::both(kernel),
            stride: Pair::both(stride),
            padding: Pair::both(0),
            counts_padding: true,
            rest: false,
        }
    }

    fn window(&self) -> Window {
        Window {
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
            dilation: Pair::one(),
        }
    }
}

impl Operator for PoolAverage {
    fn kind(&self) -> &'static str {
        "pool_average"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        self.window().pooled(inputs, self.rest)
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_avg_pool2d(
            self.kernel.sides(),
            self.stride.sides(),
            self.padding.sides(),
            self.rest,
            self.counts_padding,
            None::<i64>,
        )?)
    }

    /// √(‖A‖₁ ‖A‖∞): each mean weighs its pixels to one in all, and a pixel is in so many means.
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        // The fewest pixels in a window.
        let least = match self.counts_padding && !self.rest {
            true => self.kernel.sides().into_iter().product(),
            false => 1,
        };
        let shared = self.window().shared() as f64;
        Ok(Lipschitz::of((shared / least as f64).sqrt()))
    }
}
