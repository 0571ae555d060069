//! Adam (Kingma and Ba, arXiv 1412.6980). It works value by value, so every example has its own.

use crate::error::Result;
use tch::Tensor;

/// How much of the mean gradient and of the mean square each step keeps.
const KEPT: (f64, f64) = (0.9, 0.999);
/// What is added to the root of the mean square.
const FLOOR: f64 = 1e-8;

pub(super) struct Adam {
    learning_rate: f64,
    mean: Tensor,
    square: Tensor,
    taken: i32,
}

impl Adam {
    /// Before its first step, for variables of this shape.
    pub fn new(like: &Tensor, learning_rate: f64) -> Result<Self> {
        Ok(Self {
            learning_rate,
            mean: like.f_zeros_like()?,
            square: like.f_zeros_like()?,
            taken: 0,
        })
    }

    /// What to add in order to climb along this gradient, or to subtract in order to descend:
    /// rate · m̂ / (√v̂ + 1e-8), with the means m̂ and v̂ corrected for having begun at zero.
    pub fn step(&mut self, gradient: &Tensor) -> Result<Tensor> {
        let (mean, square) = KEPT;
        self.taken += 1;
        self.mean = self.mean.f_lerp(gradient, 1.0 - mean)?;
        let squared = gradient.f_square()?.f_mul_scalar(1.0 - square)?;
        self.square = self.square.f_mul_scalar(square)?.f_add(&squared)?;
        let size = self.learning_rate / (1.0 - mean.powi(self.taken));
        let root = (1.0 - square.powi(self.taken)).sqrt();
        let divisor = self.square.f_sqrt()?.f_div_scalar(root)?;
        let divisor = divisor.f_add_scalar(FLOOR)?;
        Ok(self.mean.f_mul_scalar(size)?.f_div(&divisor)?)
    }

    /// Of these examples alone from now on.
    pub fn select(&mut self, places: &Tensor) -> Result<()> {
        self.mean = self.mean.f_index_select(0, places)?;
        self.square = self.square.f_index_select(0, places)?;
        Ok(())
    }
}
