//! ShuffleNetV2: half of the channels pass a block by, and the halves are mixed behind it.
//!
//! Ma, Zhang, Zheng and Sun, "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design",
//! <https://arxiv.org/abs/1807.11164>, with torchvision's names, which chenyaofo/pytorch-cifar-models has too.

use super::family::{Family, Member, Recognise, Untold};
use super::limits::list_within;
use super::modules::Modules;
use super::stem::{self, Stem};
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Conv2d, Cut, EPSILON, Op, Shuffle, Slice};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShuffleNetOptions {
    /// Channels of the stem, of the three stages and of the last convolution.
    pub channels: [i64; 5],
    /// Blocks of each stage.
    pub blocks: [i64; 3],
    pub stem: Stem,
}

impl Family for ShuffleNetOptions {
    fn describe(&self) -> String {
        let width = match self.channels[1] {
            48 => " x0.5",
            116 => " x1.0",
            176 => " x1.5",
            244 => " x2.0",
            _ => "",
        };
        format!("ShuffleNetV2{width}, {}", self.stem.describe())
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        let field = "architecture.shufflenet.channels";
        list_within(field, &self.channels, [5, 5], [1, 4096])?;
        list_within(
            "architecture.shufflenet.blocks",
            &self.blocks,
            [3, 3],
            [1, 64],
        )
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let stride = match self.stem {
            Stem::Small => 1,
            Stem::Large => 2,
        };
        let mut x = normed(
            &mut net,
            x,
            "conv1",
            [0, 1],
            Conv2d::new(self.channels[0], 3, stride),
        )?;
        x = net.relu(x)?;
        if self.stem == Stem::Large {
            x = stem::pool(&mut net, x)?;
        }
        for (stage, blocks) in self.blocks.into_iter().enumerate() {
            let out = self.channels[stage + 1];
            for index in 0..blocks {
                let prefix = format!("stage{}.{index}", stage + 2);
                x = block(&mut net, x, &prefix, out, index == 0)?;
            }
        }
        let x = normed(
            &mut net,
            x,
            "conv5",
            [0, 1],
            Conv2d::new(self.channels[4], 1, 1),
        )?;
        let x = net.relu(x)?;
        let features = net.pool_mean(x)?;
        net.head("fc", features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        vec![Untold {
            name: "stem",
            value: self.stem.key().to_owned(),
            words: self.stem.describe().to_owned(),
        }]
    }

    /// The stem for large pictures has a pool; one that is named may do nothing.
    fn contradicts(&self, modules: &Modules<'_>) -> bool {
        self.stem == Stem::Large && modules.are_told() && !modules.max_pools()
    }
}

/// A convolution and its norm by their numbers.
fn normed(net: &mut Builder, x: Place, prefix: &str, parts: [i64; 2], op: Conv2d) -> Result<Place> {
    let [conv, norm] = parts.map(|part| format!("{prefix}.{part}"));
    net.conv_norm([&conv, &norm], x, op, EPSILON)
}

/// Of each channel its own 3x3 convolution.
fn each(channels: i64, stride: i64) -> Conv2d {
    Conv2d {
        groups: channels,
        ..Conv2d::new(channels, 3, stride)
    }
}

fn block(net: &mut Builder, x: Place, prefix: &str, out: i64, halves: bool) -> Result<Place> {
    let [channels, _, _] = net.picture(x)?;
    let half = out / 2;
    let (past, into) = match halves {
        true => {
            let branch = format!("{prefix}.branch1");
            let past = normed(net, x, &branch, [0, 1], each(channels, 2))?;
            let past = normed(net, past, &branch, [2, 3], Conv2d::new(half, 1, 1))?;
            (net.relu(past)?, x)
        }
        false => {
            let part = |from| {
                let cut = Cut {
                    dimension: 0,
                    from,
                    to: Some(from + half),
                    step: 1,
                };
                Op::Slice(Slice { cuts: vec![cut] })
            };
            (net.unnamed(part(0), &[x])?, net.unnamed(part(half), &[x])?)
        }
    };
    let branch = format!("{prefix}.branch2");
    let stride = if halves { 2 } else { 1 };
    let y = normed(net, into, &branch, [0, 1], Conv2d::new(half, 1, 1))?;
    let y = net.relu(y)?;
    let y = normed(net, y, &branch, [3, 4], each(half, stride))?;
    let y = normed(net, y, &branch, [5, 6], Conv2d::new(half, 1, 1))?;
    let y = net.relu(y)?;
    let both = net.concat(&[past, y])?;
    net.unnamed(Op::Shuffle(Shuffle { groups: 2 }), &[both])
}

impl Recognise for ShuffleNetOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let conv = |name: &str| tensors.sizes::<4>(&format!("{name}.weight"));
        let stage = |stage: i64| Some(2 * conv(&format!("stage{stage}.0.branch1.2"))?[0]);
        let found = || -> Option<Vec<Self>> {
            let [first, ..] = conv("conv1.0")?;
            let [last, ..] = conv("conv5.0")?;
            let blocks = |stage: i64| {
                tensors.count(|block| format!("stage{stage}.{block}.branch2.0.weight"))
            };
            let option = |stem| {
                Some(Self {
                    channels: [first, stage(2)?, stage(3)?, stage(4)?, last],
                    blocks: [2, 3, 4].map(blocks),
                    stem,
                })
            };
            [Stem::Small, Stem::Large].map(option).into_iter().collect()
        };
        Member::all(found().unwrap_or_default(), tensors.classes("fc"))
    }
}
