//! The residual networks of four stages: ResNet-18 to ResNet-152, ResNeXt and the wide ones of ImageNet, with a stem for
//! large pictures or, as in kuangliu/pytorch-cifar, for small ones.
//!
//! He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", <https://arxiv.org/abs/1512.03385>; groups are those
//! of Xie and others, <https://arxiv.org/abs/1611.05431>. In a bottleneck the 3x3 convolution has the stride, as everywhere today.

use super::family::{Family, Member, Recognise, Untold};
use super::limits::{list_within, within};
use super::modules::Modules;
use super::naming::Naming;
use super::stem::{self, Stem};
use super::tensors::Tensors;
use crate::error::{Error, Result};
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeepResNetOptions {
    /// Blocks of each stage.
    pub blocks: [i64; 4],
    /// Whether a block is a bottleneck of three convolutions rather than of two.
    pub bottleneck: bool,
    /// Channels of the stem; a stage's are twice those of the stage before.
    pub width: i64,
    /// Channels of the 3x3 convolutions of the first stage's bottlenecks; the width in ordinary ones.
    pub inner: i64,
    /// Groups of these convolutions.
    pub groups: i64,
    pub stem: Stem,
    /// Whether the maximum of each 3x3 pixels follows a stem for small pictures too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pooled: bool,
}

impl Family for DeepResNetOptions {
    fn describe(&self) -> String {
        let each = if self.bottleneck { 3 } else { 2 };
        let depth = each * self.blocks.iter().sum::<i64>() + 2;
        let name = if self.groups > 1 { "ResNeXt" } else { "ResNet" };
        let wide = match (self.bottleneck, self.inner == self.width) {
            (true, false) => format!(", {} inner channels", self.inner),
            _ => String::new(),
        };
        format!("{name}-{depth}{wide}, {}", self.stem.describe())
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        let [width, inner, groups] = [self.width, self.inner, self.groups];
        within(&[
            ("architecture.deep_resnet.width", width, 1, 1024),
            ("architecture.deep_resnet.inner", inner, 1, 4096),
            ("architecture.deep_resnet.groups", groups, 1, inner),
        ])?;
        list_within(
            "architecture.deep_resnet.blocks",
            &self.blocks,
            [4, 4],
            [1, 64],
        )?;
        if self.bottleneck || (inner == width && groups == 1) {
            return Ok(());
        }
        Err(Error::Card {
            field: "architecture.deep_resnet.inner",
            value: format!("{inner} in {groups} groups"),
            expected: format!("blocks of two convolutions have the width {width} in one group"),
        })
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let x = net.conv("conv1", x, self.stem.conv(self.width))?;
        let x = net.batch_norm("bn1", x, EPSILON)?;
        let x = net.relu(x)?;
        let mut x = match self.pooled || self.stem == Stem::Large {
            true => stem::pool(&mut net, x)?,
            false => x,
        };
        for (stage, blocks) in self.blocks.into_iter().enumerate() {
            for index in 0..blocks {
                let prefix = format!("layer{}.{index}", stage + 1);
                let stride = if stage > 0 && index == 0 { 2 } else { 1 };
                x = self.block(&mut net, x, &prefix, stage as u32, stride)?;
            }
        }
        let features = net.pool_mean(x)?;
        net.head("fc", features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        // A stem for large pictures is seen by its kernel, and pools always.
        match self.stem {
            Stem::Large => Vec::new(),
            Stem::Small => vec![Untold {
                name: "pool",
                value: if self.pooled { "yes" } else { "no" }.to_owned(),
                words: match self.pooled {
                    true => "the stem ends with the maximum of each 3x3 pixels",
                    false => "the stem keeps the picture's size",
                }
                .to_owned(),
            }],
        }
    }

    /// Who names activations would name this pool too; one that is named may do nothing, as many make it for small pictures.
    fn contradicts(&self, modules: &Modules<'_>) -> bool {
        self.pooled && modules.names_activations() && !modules.max_pools()
    }
}

impl DeepResNetOptions {
    fn block(
        &self,
        net: &mut Builder,
        x: Place,
        prefix: &str,
        stage: u32,
        stride: i64,
    ) -> Result<Place> {
        let [width, inner] = [self.width, self.inner].map(|channels| channels << stage);
        let name = |part: &str| format!("{prefix}.{part}");
        let middle = |stride| Conv2d {
            groups: self.groups,
            ..Conv2d::new(inner, 3, stride)
        };
        let out = if self.bottleneck { 4 * width } else { width };
        let convolutions = match self.bottleneck {
            true => vec![
                Conv2d::new(inner, 1, 1),
                middle(stride),
                Conv2d::new(out, 1, 1),
            ],
            false => vec![middle(stride), middle(1)],
        };
        let last = convolutions.len();
        let mut y = x;
        for (place, op) in convolutions.into_iter().enumerate() {
            let number = place + 1;
            y = net.conv(&name(&format!("conv{number}")), y, op)?;
            y = net.batch_norm(&name(&format!("bn{number}")), y, EPSILON)?;
            if number < last {
                y = net.relu(y)?;
            }
        }
        let past = match stride == 1 && net.shape(x).first() == Some(&out) {
            true => x,
            false => {
                let x = net.conv(&name("downsample.0"), x, Conv2d::new(out, 1, stride))?;
                net.batch_norm(&name("downsample.1"), x, EPSILON)?
            }
        };
        let sum = net.sum(y, past)?;
        net.relu(sum)
    }
}

impl Recognise for DeepResNetOptions {
    const NAMINGS: &'static [Naming] = &[
        // torchvision
        Naming { rules: &[] },
        // kuangliu/pytorch-cifar
        Naming {
            rules: &[
                ("layer*.*.downsample", "layer*.*.shortcut"),
                ("fc", "linear"),
            ],
        },
    ];

    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let Some([width, _, kernel, _]) = tensors.sizes("conv1.weight") else {
            return Vec::new();
        };
        let blocks = [1, 2, 3, 4]
            .map(|stage| tensors.count(|block| format!("layer{stage}.{block}.bn2.weight")));
        // Without the stem's norm it is one whose norms come first.
        if blocks[3] == 0 || !tensors.has("bn1.weight") || tensors.has("layer4.0.bn0.weight") {
            return Vec::new();
        }
        let bottleneck = tensors.has("layer1.0.conv3.weight");
        let middle = match bottleneck {
            true => tensors.sizes("layer1.0.conv2.weight"),
            false => Some([width, width, 3, 3]),
        };
        let Some([inner, each, 3, 3]) = middle else {
            return Vec::new();
        };
        let stem = Stem::of(kernel);
        let option = |pooled: &bool| Self {
            blocks,
            bottleneck,
            width,
            inner,
            groups: inner / each.max(1),
            stem,
            pooled: *pooled,
        };
        // huyvnphan/PyTorch_CIFAR10 has torchvision's names and pools behind 3x3 kernels.
        let pools = match stem {
            Stem::Small => &[false, true][..],
            Stem::Large => &[false][..],
        };
        Member::all(pools.iter().map(option), tensors.classes("fc"))
    }
}
