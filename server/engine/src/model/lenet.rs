//! LeNet for MNIST: two convolutions, each with ReLU and max pooling, then two linear layers.
//!
//! LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition",
//! <https://doi.org/10.1109/5.726791>, in the form that adversarial training made its own: Madry and
//! others, section 5, <https://arxiv.org/abs/1706.06083>.

use super::convolution::Convolution;
use super::linear::Linear;
use super::normalise::Input;
use super::weights::Weights;
use super::{Forward, Head, Model, ModelCard};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

/// The sizes of its layers; those of AdverTorch's published weights unless given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeNetOptions {
    /// Output channels of the two convolutions.
    pub channels: [i64; 2],
    /// Side of their kernels, odd; padded with zeros by half of it.
    pub kernel: i64,
    /// Units of the first linear layer: the features.
    pub hidden: i64,
}

impl Default for LeNetOptions {
    fn default() -> Self {
        Self {
            channels: [32, 64],
            kernel: 3,
            hidden: 200,
        }
    }
}

impl LeNetOptions {
    /// The sizes that the weights show.
    pub(super) fn read(source: &Weights<'_>) -> Result<Self> {
        let sizes = |name: &str| source.sizes("lenet", name, "[out, in, k, k]");
        let [first, _, kernel, _] = sizes("conv1.weight")?;
        let [second, _, _, _] = sizes("conv2.weight")?;
        let [hidden, _] = source.sizes("lenet", "linear1.weight", "[out, in]")?;
        Ok(Self {
            channels: [first, second],
            kernel,
            hidden,
        })
    }

    /// # Errors
    /// Names the option outside its limits.
    pub fn check(&self, [_, height, width]: [i64; 3]) -> Result<()> {
        let refuse = |field, value: String, expected: &str| {
            Err(Error::Card {
                field,
                value,
                expected: expected.to_owned(),
            })
        };
        if self.channels.iter().any(|n| !(1..=1024).contains(n)) {
            return refuse(
                "architecture.lenet.channels",
                format!("{:?}", self.channels),
                "twice 1 to 1024 is right, such as [32, 64]",
            );
        }
        if !(1..=11).contains(&self.kernel) || self.kernel % 2 == 0 {
            return refuse(
                "architecture.lenet.kernel",
                self.kernel.to_string(),
                "an odd side up to 11 is right",
            );
        }
        if !(1..=4096).contains(&self.hidden) {
            return refuse(
                "architecture.lenet.hidden",
                self.hidden.to_string(),
                "1 to 4096 units are right",
            );
        }
        if !(4..=1024).contains(&height) || !(4..=1024).contains(&width) {
            return refuse(
                "input_shape",
                format!("{height}x{width} pixels"),
                "sides from 4, which pooling halves twice, to 1024 are right for a lenet",
            );
        }
        Ok(())
    }
}

/// A LeNet; the features are its hidden units after their ReLU.
#[derive(Debug)]
pub struct LeNet {
    input: Input,
    convolutions: [Convolution; 2],
    hidden: Linear,
    head: Linear,
    device: Device,
    kind: Kind,
}

impl LeNet {
    /// Takes `conv1`, `conv2`, `linear1` and `linear2`, as AdverTorch names them.
    pub(super) fn take(
        card: &ModelCard,
        options: &LeNetOptions,
        source: &mut Weights<'_>,
        device: Device,
        kind: Kind,
    ) -> Result<Self> {
        let [inputs, height, width] = card.input_shape;
        let ([first, second], side) = (options.channels, options.kernel);
        let pixels = (height / 2 / 2) * (width / 2 / 2);
        let conv1 = Convolution::take(source, "conv1", [first, inputs, side], 1)?;
        let conv2 = Convolution::take(source, "conv2", [second, first, side], 1)?;
        let hidden = Linear::take(source, "linear1", [options.hidden, second * pixels])?;
        let head = Linear::take(source, "linear2", [card.class_count(), options.hidden])?;
        Ok(Self {
            input: Input::new(&card.normalisation, card.input_shape, device, kind)?,
            convolutions: [conv1.to(device, kind)?, conv2.to(device, kind)?],
            hidden: hidden.to(device, kind)?,
            head: head.to(device, kind)?,
            device,
            kind,
        })
    }
}

impl Model for LeNet {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let mut x = self.input.forward(x)?;
        for convolution in &self.convolutions {
            let active = convolution.forward(&x)?.f_relu_()?;
            x = active.f_max_pool2d([2, 2], [2, 2], [0, 0], [1, 1], false)?;
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
