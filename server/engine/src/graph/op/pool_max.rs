//! The largest number of each window.

use super::window::Window;
use super::{Lipschitz, Operator, Pair, Shape};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The maximum over windows; what is padded does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolMax {
    pub kernel: Pair,
    pub stride: Pair,
    pub padding: Pair,
    /// How far the numbers of a window lie apart; 1 where a file does not say.
    #[serde(default = "Pair::one", skip_serializing_if = "Pair::is_one")]
    pub dilation: Pair,
    /// Whether a rest that fills no window gives a number too.
    pub rest: bool,
}

impl PoolMax {
    fn window(&self) -> Window {
        Window {
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
            dilation: self.dilation,
        }
    }
}

impl Operator for PoolMax {
    fn kind(&self) -> &'static str {
        "pool_max"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        self.window().pooled(inputs, self.rest)
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_max_pool2d(
            self.kernel.sides(),
            self.stride.sides(),
            self.padding.sides(),
            self.dilation.sides(),
            self.rest,
        )?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        // A pixel can be the largest of so many windows.
        Ok(Lipschitz::of((self.window().shared() as f64).sqrt()))
    }
}
