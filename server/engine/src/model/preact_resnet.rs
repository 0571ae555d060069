//! Residual networks whose norms and activations come before the convolutions.
//!
//! He, Zhang, Ren and Sun, "Identity Mappings in Deep Residual Networks", <https://arxiv.org/abs/1603.05027>, in the form of
//! kuangliu/pytorch-cifar, which leaves out the last norm, and of those that keep it.

use super::family::{Family, Member, Recognise, Untold};
use super::limits::{list_within, within};
use super::naming::Naming;
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreActResNetOptions {
    /// Blocks of each stage.
    pub blocks: [i64; 4],
    /// Whether a block has three convolutions rather than two.
    pub bottleneck: bool,
    /// Channels of the first stage.
    pub width: i64,
    /// Whether a norm and a ReLU precede the mean over the picture.
    pub last_norm: bool,
    /// Whether a projection takes the block's input after its first norm and ReLU, rather than before.
    pub projects_normed: bool,
}

impl Family for PreActResNetOptions {
    fn describe(&self) -> String {
        let each = if self.bottleneck { 3 } else { 2 };
        let depth = each * self.blocks.iter().sum::<i64>() + 2;
        let last = match self.last_norm {
            true => ", with a last norm",
            false => "",
        };
        format!("PreAct-ResNet-{depth}{last}")
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        within(&[("architecture.preact_resnet.width", self.width, 1, 1024)])?;
        let field = "architecture.preact_resnet.blocks";
        list_within(field, &self.blocks, [4, 4], [1, 64])
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let mut x = net.conv("conv1", x, Conv2d::new(self.width, 3, 1))?;
        for (stage, blocks) in self.blocks.into_iter().enumerate() {
            for index in 0..blocks {
                let prefix = format!("layer{}.{index}", stage + 1);
                let stride = if stage > 0 && index == 0 { 2 } else { 1 };
                x = self.block(&mut net, x, &prefix, self.width << stage, stride)?;
            }
        }
        if self.last_norm {
            x = net.batch_norm("bn", x, EPSILON)?;
            x = net.relu(x)?;
        }
        let features = net.pool_mean(x)?;
        net.head("linear", features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        let (value, words) = match self.projects_normed {
            true => ("normed", "projections take what the first norm gives"),
            false => ("plain", "projections take the block's own input"),
        };
        vec![Untold {
            name: "projection",
            value: value.to_owned(),
            words: words.to_owned(),
        }]
    }
}

impl PreActResNetOptions {
    fn block(
        &self,
        net: &mut Builder,
        x: Place,
        prefix: &str,
        width: i64,
        stride: i64,
    ) -> Result<Place> {
        let name = |part: &str| format!("{prefix}.{part}");
        let out = if self.bottleneck { 4 * width } else { width };
        let convolutions = match self.bottleneck {
            true => vec![
                Conv2d::new(width, 1, 1),
                Conv2d::new(width, 3, stride),
                Conv2d::new(out, 1, 1),
            ],
            false => vec![Conv2d::new(width, 3, stride), Conv2d::new(width, 3, 1)],
        };
        let normed = net.batch_norm(&name("bn1"), x, EPSILON)?;
        let normed = net.relu(normed)?;
        let past = match stride == 1 && net.shape(x).first() == Some(&out) {
            true => x,
            false => {
                let from = if self.projects_normed { normed } else { x };
                net.conv(&name("shortcut.0"), from, Conv2d::new(out, 1, stride))?
            }
        };
        let mut y = normed;
        for (place, op) in convolutions.into_iter().enumerate() {
            let number = place + 1;
            if number > 1 {
                y = net.batch_norm(&name(&format!("bn{number}")), y, EPSILON)?;
                y = net.relu(y)?;
            }
            y = net.conv(&name(&format!("conv{number}")), y, op)?;
        }
        net.sum(y, past)
    }
}

impl Recognise for PreActResNetOptions {
    const NAMINGS: &'static [Naming] = &[
        // kuangliu/pytorch-cifar
        Naming { rules: &[] },
    ];

    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let Some([width, _, 3, 3]) = tensors.sizes("conv1.weight") else {
            return Vec::new();
        };
        let blocks = [1, 2, 3, 4]
            .map(|stage| tensors.count(|block| format!("layer{stage}.{block}.bn2.weight")));
        // A norm behind the stem makes it one whose norms come last.
        if blocks[3] == 0 || tensors.has("bn1.weight") {
            return Vec::new();
        }
        let option = |projects_normed| Self {
            blocks,
            bottleneck: tensors.has("layer1.0.conv3.weight"),
            width,
            last_norm: tensors.has("bn.weight"),
            projects_normed,
        };
        Member::all([true, false].map(option), tensors.classes("linear"))
    }
}
