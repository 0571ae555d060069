//! Batch norm.

use super::{Lipschitz, Operator, Parameter, Role, Shape, only, spectral};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// PyTorch's default ε, which all public CIFAR networks keep. No weights file tells it.
pub const EPSILON: f64 = 1e-5;

/// How fast the running statistics follow the batch's: PyTorch's default.
const MOMENTUM: f64 = 0.1;

/// `γ (x − μ) / √(σ² + ε) + β` per channel; Ioffe and Szegedy 2015, <https://arxiv.org/abs/1502.03167>.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchNorm {
    /// ε.
    pub epsilon: f64,
    /// Whether the channels are the last dimension, as of tokens, and not the first.
    pub last: bool,
}

impl BatchNorm {
    fn channels(&self, inputs: &[&[i64]]) -> i64 {
        let input = inputs.first().copied().unwrap_or_default();
        let channels = if self.last {
            input.last()
        } else {
            input.first()
        };
        channels.copied().unwrap_or(0)
    }

    /// Scale and shift of each channel: `γ / √(σ² + ε)` and `β − scale · μ`.
    pub(in crate::graph) fn scale_and_shift(&self, tensors: &[Tensor]) -> Result<[Tensor; 2]> {
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|place| &tensors[place]);
        let scale = gamma.f_div(&variance.f_add_scalar(self.epsilon)?.f_sqrt()?)?;
        let shift = beta.f_sub(&scale.f_mul(mean)?)?;
        Ok([scale, shift])
    }
}

impl Operator for BatchNorm {
    fn kind(&self) -> &'static str {
        "batch_norm"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        match input.is_empty() {
            true => Err("takes at least the channels".to_owned()),
            false => Ok(input.to_vec()),
        }
    }

    fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        let shape = vec![self.channels(inputs)];
        let all = [
            ("weight", Role::Learned),
            ("bias", Role::Learned),
            ("running_mean", Role::Mean),
            ("running_var", Role::Variance),
        ];
        let parameter = |(name, role)| Parameter {
            name,
            shape: shape.clone(),
            role,
        };
        all.map(parameter).into()
    }

    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        if self.last {
            let [scale, shift] = self.scale_and_shift(tensors)?;
            return Ok(inputs[0].f_mul(&scale)?.f_add(&shift)?);
        }
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|place| Some(&tensors[place]));
        Ok(inputs[0].f_batch_norm(gamma, beta, mean, variance, false, 0.0, self.epsilon, false)?)
    }

    /// With the batch's own mean and variance, which move the running ones.
    fn forward_training(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|place| Some(&tensors[place]));
        let norm = |x: &Tensor| {
            x.f_batch_norm(
                gamma,
                beta,
                mean,
                variance,
                true,
                MOMENTUM,
                self.epsilon,
                false,
            )
        };
        Ok(match self.last && inputs[0].dim() > 2 {
            true => norm(&inputs[0].f_transpose(1, -1)?)?.f_transpose(1, -1)?,
            false => norm(inputs[0])?,
        })
    }

    fn lipschitz(&self, _: &[&[i64]], tensors: &[Tensor]) -> Result<Lipschitz> {
        let [scale, _] = self.scale_and_shift(tensors)?;
        Ok(Lipschitz::of(spectral::largest(&scale)?))
    }
}
