//! Networks in which every layer sees all layers before it.
//!
//! Huang, Liu, van der Maaten and Weinberger, "Densely Connected Convolutional Networks", <https://arxiv.org/abs/1608.06993>, for
//! large pictures as in torchvision and for small ones as in kuangliu/pytorch-cifar.

use super::family::{Family, Member, Recognise};
use super::limits::{list_within, within};
use super::naming::Naming;
use super::stem;
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Conv2d, EPSILON, Op, PoolAverage};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DenseNetOptions {
    /// Layers of each block.
    pub blocks: Vec<i64>,
    /// Channels that each layer adds.
    pub growth: i64,
    /// Channels of a layer's 1x1 convolution.
    pub bottleneck: i64,
    /// Channels of the first convolution.
    pub stem: i64,
    pub layout: DenseNetLayout,
}

/// Whose arrangement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DenseNetLayout {
    /// A stem for large pictures; what a layer adds comes last.
    Torchvision,
    /// A 3x3 convolution at first; what a layer adds comes first.
    Kuangliu,
}

/// How an arrangement names its layers.
struct Names {
    stem: &'static str,
    /// Of a layer: its two norms and convolutions.
    parts: [&'static str; 4],
    last_norm: &'static str,
    head: &'static str,
}

impl DenseNetLayout {
    fn names(self) -> Names {
        match self {
            Self::Torchvision => Names {
                stem: "features.conv0",
                parts: ["norm1", "conv1", "norm2", "conv2"],
                last_norm: "features.norm5",
                head: "classifier",
            },
            Self::Kuangliu => Names {
                stem: "conv1",
                parts: ["bn1", "conv1", "bn2", "conv2"],
                last_norm: "bn",
                head: "linear",
            },
        }
    }

    /// The prefix of a layer; blocks and layers count from 0 here.
    fn layer(self, block: i64, layer: i64) -> String {
        match self {
            Self::Torchvision => {
                format!("features.denseblock{}.denselayer{}", block + 1, layer + 1)
            }
            Self::Kuangliu => format!("dense{}.{layer}", block + 1),
        }
    }

    /// The norm and the convolution between two blocks.
    fn transition(self, block: i64) -> [String; 2] {
        match self {
            Self::Torchvision => {
                ["norm", "conv"].map(|part| format!("features.transition{}.{part}", block + 1))
            }
            Self::Kuangliu => ["bn", "conv"].map(|part| format!("trans{}.{part}", block + 1)),
        }
    }
}

impl Family for DenseNetOptions {
    fn describe(&self) -> String {
        let layers = 2 * self.blocks.iter().sum::<i64>() + self.blocks.len() as i64 + 1;
        let stem = match self.layout {
            DenseNetLayout::Torchvision => "stem for large pictures",
            DenseNetLayout::Kuangliu => "stem for small pictures",
        };
        format!("DenseNet-{layers}, growth {}, {stem}", self.growth)
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        within(&[
            ("architecture.densenet.growth", self.growth, 1, 512),
            ("architecture.densenet.bottleneck", self.bottleneck, 1, 4096),
            ("architecture.densenet.stem", self.stem, 1, 1024),
        ])?;
        let field = "architecture.densenet.blocks";
        list_within(field, &self.blocks, [1, 8], [1, 128])
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let names = self.layout.names();
        let mut x = match self.layout {
            DenseNetLayout::Torchvision => {
                let x = net.conv(names.stem, x, Conv2d::new(self.stem, 7, 2))?;
                let x = net.batch_norm("features.norm0", x, EPSILON)?;
                let x = net.relu(x)?;
                stem::pool(&mut net, x)?
            }
            DenseNetLayout::Kuangliu => net.conv(names.stem, x, Conv2d::new(self.stem, 3, 1))?,
        };
        let last = self.blocks.len() as i64 - 1;
        for (block, layers) in (0..).zip(&self.blocks) {
            for layer in 0..*layers {
                x = self.layer(&mut net, x, &self.layout.layer(block, layer), &names)?;
            }
            if block < last {
                let [norm, conv] = self.layout.transition(block);
                let half = net.picture(x)?[0] / 2;
                x = net.batch_norm(&norm, x, EPSILON)?;
                x = net.relu(x)?;
                x = net.conv(&conv, x, Conv2d::new(half, 1, 1))?;
                let pool = PoolAverage::plain(2, 2);
                x = net.unnamed(Op::PoolAverage(pool), &[x])?;
            }
        }
        let x = net.batch_norm(names.last_norm, x, EPSILON)?;
        let x = net.relu(x)?;
        let features = net.pool_mean(x)?;
        net.head(names.head, features, classes)
    }
}

impl DenseNetOptions {
    fn layer(&self, net: &mut Builder, x: Place, prefix: &str, names: &Names) -> Result<Place> {
        let [norm1, conv1, norm2, conv2] = names.parts.map(|part| format!("{prefix}.{part}"));
        let y = net.batch_norm(&norm1, x, EPSILON)?;
        let y = net.relu(y)?;
        let y = net.conv(&conv1, y, Conv2d::new(self.bottleneck, 1, 1))?;
        let y = net.batch_norm(&norm2, y, EPSILON)?;
        let y = net.relu(y)?;
        let y = net.conv(&conv2, y, Conv2d::new(self.growth, 3, 1))?;
        match self.layout {
            DenseNetLayout::Torchvision => net.concat(&[x, y]),
            DenseNetLayout::Kuangliu => net.concat(&[y, x]),
        }
    }
}

impl Recognise for DenseNetOptions {
    const NAMINGS: &'static [Naming] = &[
        Naming { rules: &[] },
        // The files that torchvision published first.
        Naming {
            rules: &[
                (
                    "features.denseblock*.denselayer*.norm1",
                    "features.denseblock*.denselayer*.norm.1",
                ),
                (
                    "features.denseblock*.denselayer*.conv1",
                    "features.denseblock*.denselayer*.conv.1",
                ),
                (
                    "features.denseblock*.denselayer*.norm2",
                    "features.denseblock*.denselayer*.norm.2",
                ),
                (
                    "features.denseblock*.denselayer*.conv2",
                    "features.denseblock*.denselayer*.conv.2",
                ),
            ],
        },
    ];

    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let of = |layout: DenseNetLayout| {
            let names = layout.names();
            let [_, conv1, _, conv2] = names.parts;
            let part = |block, layer, part| format!("{}.{part}.weight", layout.layer(block, layer));
            let [stem, ..] = tensors.sizes::<4>(&format!("{}.weight", names.stem))?;
            let [bottleneck, ..] = tensors.sizes::<4>(&part(0, 0, conv1))?;
            let [growth, ..] = tensors.sizes::<4>(&part(0, 0, conv2))?;
            let layers = |block| tensors.count(|layer| part(block, layer, conv1));
            let options = Self {
                blocks: (0..8)
                    .map(layers)
                    .take_while(|layers| *layers > 0)
                    .collect(),
                growth,
                bottleneck,
                stem,
                layout,
            };
            Some(Member::all([options], tensors.classes(names.head)))
        };
        let layouts = [DenseNetLayout::Torchvision, DenseNetLayout::Kuangliu];
        layouts.into_iter().filter_map(of).flatten().collect()
    }
}
