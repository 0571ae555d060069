//! The small vision transformer with batch norm instead of layer norm.
//!
//! Dosovitskiy and others, "An Image is Worth 16x16 Words", <https://arxiv.org/abs/2010.11929>; with
//! batch norms and the mean over the tokens as in the ViTs of Shi and others,
//! <https://arxiv.org/abs/2405.21063>, section 4, and of VNN-COMP 2023.
//! In evaluation a batch norm is linear: those before a linear layer are folded into it in f64.

mod attention;
mod block;
mod options;
mod patches;

pub use options::VitOptions;

use super::batch_norm::BatchNorm;
use super::convolution::cast;
use super::linear::Linear;
use super::normalise::Input;
use super::weights::{TensorSource, Weights};
use super::{Forward, Head, Model, ModelCard};
use crate::error::Result;
use block::Block;
use patches::Patches;
use tch::{Device, Kind, Tensor};

/// The network; the features are the mean of all tokens after the last norm.
#[derive(Debug)]
pub struct Vit {
    input: Input,
    patches: Patches,
    /// The class token with its position, `[1, 1, W]`.
    class: Tensor,
    /// The positions of the patches, `[P, W]`.
    positions: Tensor,
    blocks: Vec<Block>,
    /// The last norm's scale and shift, `[W]` each.
    norm: BatchNorm,
    head: Linear,
    device: Device,
    kind: Kind,
}

impl Vit {
    pub(super) fn take(
        card: &ModelCard,
        options: &VitOptions,
        source: &mut Weights<'_>,
        device: Device,
        kind: Kind,
    ) -> Result<Self> {
        let width = options.width;
        let patches = Patches::take(source, [width, card.input_shape[0], options.patch])?;
        let tokens = options.tokens(card.input_shape);
        let class = source.take("cls", &[width])?;
        let positions = source.take("pos", &[tokens, width])?;
        let mut blocks = Vec::new();
        for index in 0..options.depth {
            let block = Block::take(source, &format!("blocks.{index}"), options)?;
            blocks.push(block.to(device, kind)?);
        }
        let norm = BatchNorm::take(source, "norm.bn", width)?;
        let head = Linear::take(source, "head", [card.class_count(), width])?;
        let class = class
            .f_add(&positions.f_select(0, 0)?)?
            .f_view([1, 1, -1])?;
        Ok(Self {
            input: Input::new(&card.normalisation, card.input_shape, device, kind)?,
            patches: patches.to(device, kind)?,
            class: cast(&class, device, kind)?,
            positions: cast(&positions.f_slice(0, 1, None, 1)?, device, kind)?,
            blocks,
            norm: BatchNorm {
                scale: cast(&norm.scale, device, kind)?,
                shift: cast(&norm.shift, device, kind)?,
            },
            head: head.to(device, kind)?,
            device,
            kind,
        })
    }

    /// The class token, then the patches row by row, `[N, P + 1, W]`.
    fn tokens(&self, x: &Tensor) -> Result<Tensor> {
        let patches = self.patches.forward(&self.input.forward(x)?)?;
        let (_, _, width) = self.class.size3()?;
        let class = self.class.f_expand([x.size()[0], 1, width], false)?;
        Ok(Tensor::f_cat(&[class, patches.f_add(&self.positions)?], 1)?)
    }
}

impl Model for Vit {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let mut tokens = self.tokens(x)?;
        for block in &self.blocks {
            tokens = block.forward(&tokens)?;
        }
        // The norm is linear, so the mean may come first.
        let features = tokens
            .f_mean_dim([1i64].as_slice(), false, None::<Kind>)?
            .f_mul(&self.norm.scale)?
            .f_add(&self.norm.shift)?;
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
