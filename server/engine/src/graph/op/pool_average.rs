//! The mean of each window.

use super::{Operator, Shape, only, picture};
use crate::error::Result;
use tch::Tensor;

/// The mean over square windows without padding; a rest that fills no window is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolAverage {
    pub kernel: i64,
    pub stride: i64,
}

impl Operator for PoolAverage {
    fn kind(&self) -> &'static str {
        "pool_average"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let fits = self.kernel >= 1 && self.stride >= 1;
        if !fits || height < self.kernel || width < self.kernel {
            return Err(format!("cannot pool {height}x{width} pixels by {self:?}"));
        }
        let side = |input: i64| (input - self.kernel) / self.stride + 1;
        Ok(vec![channels, side(height), side(width)])
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [kernel, stride] = [self.kernel, self.stride].map(|n| [n; 2]);
        Ok(inputs[0].f_avg_pool2d(kernel, stride, [0, 0], false, true, None::<i64>)?)
    }
}
