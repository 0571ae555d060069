//! A convolution with a bias, the one building block of every network here.

use super::batch_norm::BatchNorm;
use super::weights::{TensorSource, Weights};
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// `conv2d(x, weight) + bias`.
#[derive(Debug)]
pub(super) struct Convolution {
    /// `[out, in, k, k]`
    pub(super) weight: Tensor,
    /// `[out]`
    pub(super) bias: Tensor,
    pub(super) stride: i64,
    pub(super) padding: i64,
}

impl Convolution {
    /// Takes `NAME.weight` and `NAME.bias`; zero padding keeps the size at stride 1.
    pub(super) fn take(
        source: &mut dyn TensorSource,
        name: &str,
        [out, input, kernel]: [i64; 3],
        stride: i64,
    ) -> Result<Self> {
        Ok(Self {
            weight: source.take(&format!("{name}.weight"), &[out, input, kernel, kernel])?,
            bias: source.take(&format!("{name}.bias"), &[out])?,
            stride,
            padding: kernel / 2,
        })
    }

    /// Takes `CONVOLUTION.weight` (no bias) and the batch norm behind it, and makes one layer of
    /// the two: weight' = scale · weight and bias' = shift.
    pub(super) fn take_folded(
        source: &mut Weights<'_>,
        convolution: &str,
        norm: &str,
        [out, input, kernel]: [i64; 3],
        stride: i64,
    ) -> Result<Self> {
        let weight = source.take(
            &format!("{convolution}.weight"),
            &[out, input, kernel, kernel],
        )?;
        let norm = BatchNorm::take(source, norm, out)?;
        Ok(Self {
            weight: weight.f_mul(&norm.scale.f_view([-1, 1, 1, 1])?)?,
            bias: norm.shift,
            stride,
            padding: kernel / 2,
        })
    }

    /// `[N, in, H, W]` to `[N, out, ⌈H/stride⌉, ⌈W/stride⌉]` for odd kernels.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (stride, padding) = ([self.stride; 2], [self.padding; 2]);
        Ok(x.f_conv2d(&self.weight, Some(&self.bias), stride, padding, [1, 1], 1)?)
    }

    /// The same layer in another number format on another device.
    ///
    /// In f32 on the CPU the weights lie channels last, and with them every layer's output:
    /// LibTorch's convolutions then need not rearrange their input and output.
    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        let weight = cast(&self.weight, device, kind)?;
        let weight = match (device, kind) {
            (Device::Cpu, Kind::Float) => channels_last(&weight)?,
            _ => weight,
        };
        Ok(Self {
            weight,
            bias: cast(&self.bias, device, kind)?,
            ..self
        })
    }
}

/// The same `[out, in, k, k]` values with `in` innermost in memory.
fn channels_last(weight: &Tensor) -> Result<Tensor> {
    Ok(weight
        .f_permute([0, 2, 3, 1])?
        .f_contiguous()?
        .f_permute([0, 3, 1, 2])?)
}

/// `tensor` in another number format on another device; itself when nothing changes.
pub(super) fn cast(tensor: &Tensor, device: Device, kind: Kind) -> Result<Tensor> {
    Ok(tensor.f_to_kind(kind)?.f_to_device(device)?)
}
