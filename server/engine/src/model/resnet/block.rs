//! The basic residual block.

use super::super::convolution::Convolution;
use super::super::weights::Weights;
use super::naming::Naming;
use super::shortcut::{Path, Shortcut};
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// `relu(second(relu(first(x))) + shortcut(x))`, batch norms folded into the convolutions.
#[derive(Debug)]
pub(super) struct Block {
    first: Convolution,
    second: Convolution,
    shortcut: Path,
}

impl Block {
    /// The block under `prefix` that leads from `from` to `to` channels, halving the picture where
    /// they differ.
    pub(super) fn take(
        source: &mut Weights<'_>,
        naming: &Naming,
        prefix: &str,
        [from, to]: [i64; 2],
        shortcut: Shortcut,
    ) -> Result<Self> {
        let stride = if from == to { 1 } else { 2 };
        let [first, second] = naming.convolutions.map(|name| format!("{prefix}.{name}"));
        let [first_norm, second_norm] = naming.norms.map(|name| format!("{prefix}.{name}"));
        Ok(Self {
            first: Convolution::take_folded(source, &first, &first_norm, [to, from, 3], stride)?,
            second: Convolution::take_folded(source, &second, &second_norm, [to, to, 3], 1)?,
            shortcut: Path::take(source, naming, prefix, [from, to], shortcut)?,
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let inner = self.first.forward(x)?.f_relu_()?;
        Ok(self
            .second
            .forward(&inner)?
            .f_add_(&self.shortcut.forward(x)?)?
            .f_relu_()?)
    }

    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        Ok(Self {
            first: self.first.to(device, kind)?,
            second: self.second.to(device, kind)?,
            shortcut: self.shortcut.to(device, kind)?,
        })
    }
}
