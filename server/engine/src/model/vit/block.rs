//! One layer of the transformer.

use super::super::batch_norm::BatchNorm;
use super::super::linear::Linear;
use super::super::weights::Weights;
use super::VitOptions;
use super::attention::Attention;
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// `y = x + attention(norm1(x))`, then `y + fc2(relu(fc1(norm2(y))))`.
#[derive(Debug)]
pub(super) struct Block {
    attention: Attention,
    first: Linear,
    second: Linear,
}

impl Block {
    pub(super) fn take(
        source: &mut Weights<'_>,
        prefix: &str,
        options: &VitOptions,
    ) -> Result<Self> {
        let (width, hidden) = (options.width, options.hidden);
        let norm = BatchNorm::take(source, &format!("{prefix}.norm1.bn"), width)?;
        let name = format!("{prefix}.attn");
        let attention = Attention::take(source, &name, width, options.heads, &norm)?;
        let norm = BatchNorm::take(source, &format!("{prefix}.norm2.bn"), width)?;
        let first = Linear::take(source, &format!("{prefix}.fc1"), [hidden, width])?;
        Ok(Self {
            attention,
            first: first.behind(&norm)?,
            second: Linear::take(source, &format!("{prefix}.fc2"), [width, hidden])?,
        })
    }

    /// `[N, T, W]` to `[N, T, W]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = x.f_add(&self.attention.forward(x)?)?;
        let hidden = self.first.forward(&x)?.f_relu_()?;
        Ok(x.f_add(&self.second.forward(&hidden)?)?)
    }

    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        Ok(Self {
            attention: self.attention.to(device, kind)?,
            first: self.first.to(device, kind)?,
            second: self.second.to(device, kind)?,
        })
    }
}
