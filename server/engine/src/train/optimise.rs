//! Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019).

use crate::error::Result;
use tch::Tensor;

const MEAN_DECAY: f64 = 0.9;
const SQUARE_DECAY: f64 = 0.999;
const TINY: f64 = 1e-8;

/// Running means of the gradients and of their squares.
pub(super) struct Adam {
    means: Vec<Tensor>,
    squares: Vec<Tensor>,
    steps: i32,
    weight_decay: f64,
}

impl Adam {
    pub(super) fn new(parameters: &[&Tensor], weight_decay: f64) -> Result<Self> {
        let zeros = || {
            parameters
                .iter()
                .map(|p| Ok(p.f_detach()?.f_zeros_like()?))
                .collect::<Result<Vec<_>>>()
        };
        Ok(Self {
            means: zeros()?,
            squares: zeros()?,
            steps: 0,
            weight_decay,
        })
    }

    /// Moves `parameters` against their `gradients`; biases are not decayed.
    pub(super) fn step(
        &mut self,
        parameters: &[&Tensor],
        gradients: &[Tensor],
        learning_rate: f64,
    ) -> Result<()> {
        let _guard = tch::no_grad_guard();
        self.steps += 1;
        let mean_scale = 1.0 - MEAN_DECAY.powi(self.steps);
        let square_scale = 1.0 - SQUARE_DECAY.powi(self.steps);
        let moments = self.means.iter_mut().zip(&mut self.squares);
        for ((parameter, gradient), (mean, square)) in parameters.iter().zip(gradients).zip(moments)
        {
            let _ = mean
                .f_mul_scalar_(MEAN_DECAY)?
                .f_add_(&gradient.f_mul_scalar(1.0 - MEAN_DECAY)?)?;
            let energy = gradient.f_square()?.f_mul_scalar(1.0 - SQUARE_DECAY)?;
            let _ = square.f_mul_scalar_(SQUARE_DECAY)?.f_add_(&energy)?;
            let scale = square
                .f_div_scalar(square_scale)?
                .f_sqrt()?
                .f_add_scalar(TINY)?;
            let step = mean
                .f_div(&scale)?
                .f_mul_scalar(learning_rate / mean_scale)?;
            let mut parameter = parameter.shallow_clone();
            if parameter.dim() > 1 {
                let _ = parameter.f_mul_scalar_(1.0 - learning_rate * self.weight_decay)?;
            }
            let _ = parameter.f_sub_(&step)?;
        }
        Ok(())
    }
}
