//! Batch norm in evaluation mode: a scale and a shift per channel.

use super::weights::{TensorSource, Weights};
use crate::error::Result;
use tch::Tensor;

/// What keeps the square root from zero: PyTorch's default, which all public CIFAR networks keep. No weights file tells it.
pub(super) const EPSILON: f64 = 1e-5;

/// `scale · x + shift` with scale = γ / √(σ² + ε) and shift = β - scale · μ, with ε = [`EPSILON`], in f64.
///
/// Ioffe and Szegedy 2015, <https://arxiv.org/abs/1502.03167>.
#[derive(Debug)]
pub(super) struct BatchNorm {
    /// `[C]`
    pub(super) scale: Tensor,
    /// `[C]`
    pub(super) shift: Tensor,
}

impl BatchNorm {
    /// Takes the two parameters and the two statistics of `NAME`.
    pub(super) fn take(source: &mut Weights<'_>, name: &str, channels: i64) -> Result<Self> {
        let gamma = source.take(&format!("{name}.weight"), &[channels])?;
        let beta = source.take(&format!("{name}.bias"), &[channels])?;
        let mean = source.take_statistic(&format!("{name}.running_mean"), &[channels])?;
        let variance = source.take_variance(&format!("{name}.running_var"), &[channels])?;
        // A counter of training batches, which evaluation has no use for.
        source.ignore(&format!("{name}.num_batches_tracked"));
        let scale = gamma.f_div(&variance.f_add_scalar(EPSILON)?.f_sqrt()?)?;
        let shift = beta.f_sub(&scale.f_mul(&mean)?)?;
        Ok(Self { scale, shift })
    }
}
