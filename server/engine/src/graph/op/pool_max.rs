//! The largest number of each window.

use super::{Operator, Shape, only, picture};
use crate::error::Result;
use tch::Tensor;

/// The maximum over square windows; a rest that fills no window is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolMax {
    pub kernel: i64,
    pub stride: i64,
    pub padding: i64,
}

impl Operator for PoolMax {
    fn kind(&self) -> &'static str {
        "pool_max"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let least = self.kernel - 2 * self.padding;
        if self.stride < 1 || height < least || width < least {
            return Err(format!("cannot pool {height}x{width} pixels by {self:?}"));
        }
        let side = |input: i64| (input - least) / self.stride + 1;
        Ok(vec![channels, side(height), side(width)])
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [kernel, stride, padding] = [self.kernel, self.stride, self.padding].map(|n| [n; 2]);
        Ok(inputs[0].f_max_pool2d(kernel, stride, padding, [1, 1], false)?)
    }
}
