//! From a picture to one token per patch.

use super::super::linear::Linear;
use super::super::weights::{TensorSource, Weights};
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// The convolution whose kernel and stride are the patch's side.
///
/// Patches do not overlap, so it is one linear layer on each patch's pixels; as that, its gradient with
/// respect to the picture takes a tenth of the time on a CPU.
#[derive(Debug)]
pub(super) struct Patches {
    layer: Linear,
    side: i64,
}

impl Patches {
    /// Takes `proj.weight`, `[width, C, P, P]`, and `proj.bias`.
    pub(super) fn take(
        source: &mut Weights<'_>,
        [width, channels, side]: [i64; 3],
    ) -> Result<Self> {
        let weight = source.take("proj.weight", &[width, channels, side, side])?;
        let layer = Linear {
            weight: weight.f_flatten(1, -1)?,
            bias: source.take("proj.bias", &[width])?,
        };
        Ok(Self { layer, side })
    }

    /// `[N, C, H, W]` to `[N, (H/P)(W/P), width]`, row by row.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (images, channels, height, width) = x.size4()?;
        let (side, rows, columns) = (self.side, height / self.side, width / self.side);
        let patches = x
            .f_reshape([images, channels, rows, side, columns, side])?
            .f_permute([0, 2, 4, 1, 3, 5])?
            .f_reshape([images, rows * columns, channels * side * side])?;
        self.layer.forward(&patches)
    }

    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        Ok(Self {
            layer: self.layer.to(device, kind)?,
            ..self
        })
    }
}
