//! The residual block of convolutions with biases.

use super::super::convolution::Convolution;
use super::super::weights::Weights;
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// `relu(second(relu(first(x))) + projection(x))`, without a projection x itself.
#[derive(Debug)]
pub(super) struct Block {
    first: Convolution,
    second: Convolution,
    /// 1x1 with stride 2.
    projection: Option<Convolution>,
}

impl Block {
    /// The block under `prefix` that leads from `from` to `to` channels; a stage's first block
    /// halves the picture, and therefore projects.
    pub(super) fn take(
        source: &mut Weights<'_>,
        prefix: &str,
        [from, to]: [i64; 2],
        halves: bool,
    ) -> Result<Self> {
        let stride = if halves { 2 } else { 1 };
        let mut convolution = |name: &str, shape, stride| {
            Convolution::take(source, &format!("{prefix}.{name}"), shape, stride)
        };
        Ok(Self {
            first: convolution("conv1", [to, from, 3], stride)?,
            second: convolution("conv2", [to, to, 3], 1)?,
            projection: match halves {
                true => Some(convolution("shortcut.0", [to, from, 1], stride)?),
                false => None,
            },
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let inner = self.first.forward(x)?.f_relu_()?;
        let mut sum = self.second.forward(&inner)?;
        sum = match &self.projection {
            Some(projection) => sum.f_add_(&projection.forward(x)?)?,
            None => sum.f_add_(x)?,
        };
        Ok(sum.f_relu_()?)
    }

    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        Ok(Self {
            first: self.first.to(device, kind)?,
            second: self.second.to(device, kind)?,
            projection: self
                .projection
                .map(|projection| projection.to(device, kind))
                .transpose()?,
        })
    }
}
