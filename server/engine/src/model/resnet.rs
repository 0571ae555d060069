//! The residual networks for CIFAR: depth 6n+2, widths 16, 32 and 64 (or a multiple of them).
//!
//! He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", section 4.2,
//! <https://arxiv.org/abs/1512.03385>.
//! Batch norms are folded into the convolutions in f64 when the weights are read.

mod block;
mod naming;
mod shortcut;

pub use shortcut::Shortcut;

use super::convolution::{Convolution, cast};
use super::normalise::Input;
use super::weights::{TensorSource, Weights};
use super::{Forward, Head, Model, ModelCard};
use crate::error::{Error, Result};
use block::Block;
use naming::Naming;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetOptions {
    /// Layers with weights: 20, 32, 44, 56, ..., each 6n+2.
    pub depth: i64,
    /// What carries a block's input past it where the width grows.
    pub shortcut: Shortcut,
    /// Channels of the first stage, doubled by the second and by the third; 16 in the paper.
    #[serde(default = "paper_width", skip_serializing_if = "is_paper_width")]
    pub width: i64,
}

fn paper_width() -> i64 {
    16
}

fn is_paper_width(width: &i64) -> bool {
    *width == paper_width()
}

impl ResNetOptions {
    /// The paper's widths.
    pub fn new(depth: i64, shortcut: Shortcut) -> Self {
        Self {
            depth,
            shortcut,
            width: paper_width(),
        }
    }

    /// # Errors
    /// Names the option outside its limits.
    pub fn check(&self) -> Result<()> {
        if !(1..=1024).contains(&self.width) {
            return Err(Error::Card {
                field: "architecture.resnet.width",
                value: self.width.to_string(),
                expected: "1 to 1024 channels are right; the paper has 16".into(),
            });
        }
        if (8..=1202).contains(&self.depth) && (self.depth - 2) % 6 == 0 {
            return Ok(());
        }
        Err(Error::Card {
            field: "architecture.resnet.depth",
            value: self.depth.to_string(),
            expected: "6n + 2 from 8 to 1202 is right, such as 20, 32, 44, 56 or 110".into(),
        })
    }

    /// Channels of the three stages; the second and the third halve the picture.
    fn widths(&self) -> [i64; 3] {
        [self.width, 2 * self.width, 4 * self.width]
    }

    fn blocks_per_stage(&self) -> i64 {
        (self.depth - 2) / 6
    }
}

/// A CIFAR ResNet in evaluation mode.
#[derive(Debug)]
pub struct ResNet {
    input: Input,
    stem: Convolution,
    blocks: Vec<Block>,
    weight: Tensor,
    bias: Tensor,
    device: Device,
    kind: Kind,
}

impl ResNet {
    pub(super) fn take(
        card: &ModelCard,
        options: &ResNetOptions,
        source: &mut Weights<'_>,
        device: Device,
        kind: Kind,
    ) -> Result<Self> {
        let naming = Naming::of(source)?;
        let input = Input::new(&card.normalisation, card.input_shape, device, kind)?;
        let widths = options.widths();
        let stem_shape = [widths[0], card.input_shape[0], 3];
        let stem = Convolution::take_folded(source, naming.stem, naming.stem_norm, stem_shape, 1)?;
        let mut blocks = Vec::new();
        let mut channels = widths[0];
        for (stage, width) in widths.into_iter().enumerate() {
            for index in 0..options.blocks_per_stage() {
                let prefix = naming.block(stage, index);
                let block =
                    Block::take(source, naming, &prefix, [channels, width], options.shortcut)?;
                blocks.push(block.to(device, kind)?);
                channels = width;
            }
        }
        let classes = card.class_count();
        let weight = source.take(&format!("{}.weight", naming.head), &[classes, channels])?;
        let bias = source.take(&format!("{}.bias", naming.head), &[classes])?;
        Ok(Self {
            input,
            stem: stem.to(device, kind)?,
            blocks,
            weight: cast(&weight, device, kind)?,
            bias: cast(&bias, device, kind)?,
            device,
            kind,
        })
    }
}

impl Model for ResNet {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let mut x = self.stem.forward(&self.input.forward(x)?)?.f_relu_()?;
        for block in &self.blocks {
            x = block.forward(&x)?;
        }
        let features = x.f_mean_dim([2i64, 3].as_slice(), false, None::<Kind>)?;
        let logits = features.f_linear(&self.weight, Some(&self.bias))?;
        Ok(Forward { logits, features })
    }

    fn head(&self) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.bias,
        }
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn device(&self) -> Device {
        self.device
    }
}
