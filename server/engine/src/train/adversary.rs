//! The perturbation of a training batch: linf PGD.

use super::spec::Adversarial;
use crate::data::shapes::random::Random;
use crate::error::Result;
use tch::{Reduction, Tensor};

/// Radius, step size and number of steps, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ball {
    pub(super) epsilon: f64,
    pub(super) step_size: f64,
    pub(super) steps: u32,
}

impl Ball {
    /// The setting after `epochs` epochs, while epsilon may still grow.
    pub(super) fn at(adversarial: &Adversarial, epochs: f64) -> Self {
        let share = if epochs < adversarial.ramp_epochs {
            epochs / adversarial.ramp_epochs
        } else {
            1.0
        };
        Self {
            epsilon: adversarial.epsilon.value() * share,
            step_size: adversarial.step_size.value() * share,
            steps: adversarial.steps,
        }
    }
}

/// Images within `ball` of `x` on which the cross entropy of `logits` is high.
///
/// Starts at `x`, or at a uniformly random point of the ball where `random` is given.
pub(super) fn perturb(
    logits: &dyn Fn(&Tensor) -> Result<Tensor>,
    x: &Tensor,
    labels: &Tensor,
    ball: &Ball,
    random: Option<&mut Random>,
) -> Result<Tensor> {
    let low = x.f_sub_scalar(ball.epsilon)?.f_clamp_min(0.0)?;
    let high = x.f_add_scalar(ball.epsilon)?.f_clamp_max(1.0)?;
    let mut current = match random {
        None => x.f_detach()?,
        Some(random) => {
            let noise: Vec<f32> = (0..x.numel())
                .map(|_| (random.signed_unit() * ball.epsilon) as f32)
                .collect();
            x.f_add(&Tensor::f_from_slice(&noise)?.f_view_as(x)?)?
                .f_maximum(&low)?
                .f_minimum(&high)?
        }
    };
    for _ in 0..ball.steps {
        let point = current.f_set_requires_grad(true)?;
        // The sum keeps one image's gradient independent of the batch.
        let loss = logits(&point)?.f_cross_entropy_loss::<Tensor>(
            labels,
            None,
            Reduction::Sum,
            -100,
            0.0,
        )?;
        let gradient = Tensor::f_run_backward(&[&loss], &[&point], false, false)?.swap_remove(0);
        let _guard = tch::no_grad_guard();
        let step = gradient.f_sign()?.f_mul_scalar(ball.step_size)?;
        current = point
            .f_detach()?
            .f_add(&step)?
            .f_maximum(&low)?
            .f_minimum(&high)?;
    }
    Ok(current)
}
