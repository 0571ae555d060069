//! A fully connected layer.

use super::Head;
use super::batch_norm::BatchNorm;
use super::convolution::cast;
use super::weights::TensorSource;
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// `x · weightᵀ + bias` over the last dimension of x.
#[derive(Debug)]
pub(super) struct Linear {
    /// `[out, in]`
    pub(super) weight: Tensor,
    /// `[out]`
    pub(super) bias: Tensor,
}

impl Linear {
    /// Takes `NAME.weight` and `NAME.bias`.
    pub(super) fn take(
        source: &mut dyn TensorSource,
        name: &str,
        [out, input]: [i64; 2],
    ) -> Result<Self> {
        Ok(Self {
            weight: source.take(&format!("{name}.weight"), &[out, input])?,
            bias: source.take(&format!("{name}.bias"), &[out])?,
        })
    }

    /// One layer of the batch norm and the layer that follows it:
    /// weight' = weight · diag(scale) and bias' = bias + weight · shift.
    pub(super) fn behind(self, norm: &BatchNorm) -> Result<Self> {
        Ok(Self {
            bias: self.bias.f_add(&self.weight.f_mv(&norm.shift)?)?,
            weight: self.weight.f_mul(&norm.scale)?,
        })
    }

    /// The same layer with its output multiplied by a number.
    pub(super) fn scaled(self, factor: f64) -> Result<Self> {
        Ok(Self {
            weight: self.weight.f_mul_scalar(factor)?,
            bias: self.bias.f_mul_scalar(factor)?,
        })
    }

    /// Several layers of the same input as one: their outputs one after the other.
    pub(super) fn joined(layers: &[Self]) -> Result<Self> {
        let all = |part: fn(&Self) -> &Tensor| -> Result<Tensor> {
            Ok(Tensor::f_cat(
                &layers.iter().map(part).collect::<Vec<_>>(),
                0,
            )?)
        };
        Ok(Self {
            weight: all(|layer| &layer.weight)?,
            bias: all(|layer| &layer.bias)?,
        })
    }

    /// `[..., in]` to `[..., out]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(x.f_linear(&self.weight, Some(&self.bias))?)
    }

    /// The layer as a model's last one.
    pub(super) fn head(&self) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.bias,
        }
    }

    /// The same layer in another number format on another device.
    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        Ok(Self {
            weight: cast(&self.weight, device, kind)?,
            bias: cast(&self.bias, device, kind)?,
        })
    }
}
