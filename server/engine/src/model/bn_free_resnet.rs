//! The small residual networks without batch norm that neural network verification uses.
//!
//! The residual block is that of He, Zhang, Ren and Sun, <https://arxiv.org/abs/1512.03385>, without
//! its batch norms; the networks ResNet-2B and ResNet-4B are those of the benchmark `cifar10_resnet`
//! of VNN-COMP 2021, <https://arxiv.org/abs/2109.00498>.

mod block;
mod options;

pub use options::{BnFreeResNetOptions, Stage};

use super::convolution::Convolution;
use super::linear::Linear;
use super::normalise::Input;
use super::weights::Weights;
use super::{Forward, Head, Model, ModelCard};
use crate::error::Result;
use block::Block;
use tch::{Device, Kind, Tensor};

/// The network; the features are its hidden units after their ReLU.
#[derive(Debug)]
pub struct BnFreeResNet {
    input: Input,
    stem: Convolution,
    blocks: Vec<Block>,
    hidden: Linear,
    head: Linear,
    device: Device,
    kind: Kind,
}

impl BnFreeResNet {
    pub(super) fn take(
        card: &ModelCard,
        options: &BnFreeResNetOptions,
        source: &mut Weights<'_>,
        device: Device,
        kind: Kind,
    ) -> Result<Self> {
        let [inputs, mut height, mut width] = card.input_shape;
        let mut halve = || {
            (height, width) = ((height + 1) / 2, (width + 1) / 2);
            height * width
        };
        let mut pixels = halve();
        let mut channels = options.stem;
        let stem = Convolution::take(source, "conv1", [channels, inputs, 3], 2)?;
        let mut blocks = Vec::new();
        for (index, stage) in options.stages.iter().enumerate() {
            pixels = halve();
            for block in 0..stage.blocks {
                let prefix = format!("layer{}.{block}", index + 1);
                let sizes = [channels, stage.channels];
                blocks.push(Block::take(source, &prefix, sizes, block == 0)?.to(device, kind)?);
                channels = stage.channels;
            }
        }
        let hidden = Linear::take(source, "linear1", [options.hidden, channels * pixels])?;
        let head = Linear::take(source, "linear2", [card.class_count(), options.hidden])?;
        Ok(Self {
            input: Input::new(&card.normalisation, card.input_shape, device, kind)?,
            stem: stem.to(device, kind)?,
            blocks,
            hidden: hidden.to(device, kind)?,
            head: head.to(device, kind)?,
            device,
            kind,
        })
    }
}

impl Model for BnFreeResNet {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let mut x = self.stem.forward(&self.input.forward(x)?)?.f_relu_()?;
        for block in &self.blocks {
            x = block.forward(&x)?;
        }
        let features = self.hidden.forward(&x.f_flatten(1, -1)?)?.f_relu_()?;
        let logits = self.head.forward(&features)?;
        Ok(Forward { logits, features })
    }

    fn head(&self) -> Head<'_> {
        self.head.head()
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn device(&self) -> Device {
        self.device
    }
}
