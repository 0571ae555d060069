//! LeNet for MNIST: two convolutions, each with ReLU and max pooling, then two linear layers.
//!
//! LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition",
//! <https://doi.org/10.1109/5.726791>, in the form that adversarial training made its own: Madry and
//! others, section 5, <https://arxiv.org/abs/1706.06083>.

use super::family::{Family, Member, Recognise};
use super::tensors::Tensors;
use crate::error::{Error, Result};
use crate::graph::op::Conv2d;
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

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

impl Family for LeNetOptions {
    fn describe(&self) -> String {
        let [first, second] = self.channels;
        format!(
            "LeNet, convolutions {first}-{second}, hidden {}",
            self.hidden
        )
    }

    fn check(&self, [_, height, width]: [i64; 3]) -> Result<()> {
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

    /// The features are its hidden units after their ReLU.
    fn graph(&self, mut net: Builder, mut x: Place, classes: i64) -> Result<Graph> {
        for (name, channels) in ["conv1", "conv2"].into_iter().zip(self.channels) {
            x = net.conv(name, x, Conv2d::new(channels, self.kernel, 1).biased())?;
            x = net.relu(x)?;
            x = net.pool_max(x, 2)?;
        }
        let x = net.flatten(x)?;
        let x = net.linear("linear1", x, self.hidden)?;
        let features = net.relu(x)?;
        net.head("linear2", features, classes)
    }
}

impl Recognise for LeNetOptions {
    const INPUT: [i64; 3] = [1, 28, 28];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let [first, second] = ["conv1.weight", "conv2.weight"].map(|name| tensors.sizes::<4>(name));
        let hidden = tensors.sizes::<2>("linear1.weight");
        let (Some([first, _, kernel, _]), Some([second, ..]), Some([hidden, _])) =
            (first, second, hidden)
        else {
            return Vec::new();
        };
        // A block behind the first convolution makes it another family's, and so does an even kernel.
        if tensors.has("layer1.0.conv1.weight") || kernel % 2 == 0 {
            return Vec::new();
        }
        let options = Self {
            channels: [first, second],
            kernel,
            hidden,
        };
        Member::all([options], tensors.classes("linear2"))
    }
}
