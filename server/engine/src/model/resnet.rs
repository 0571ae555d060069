//! The residual networks for CIFAR: depth 6n+2, widths 16, 32 and 64 (or a multiple of them).
//!
//! He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", section 4.2,
//! <https://arxiv.org/abs/1512.03385>.

mod shortcut;

pub use shortcut::Shortcut;

use super::family::{Family, Member, Recognise, Untold};
use super::modules::Modules;
use super::naming::Naming;
use super::tensors::Tensors;
use crate::error::{Error, Result};
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

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

    /// Channels of the three stages; the second and the third halve the picture.
    fn widths(&self) -> [i64; 3] {
        [self.width, 2 * self.width, 4 * self.width]
    }

    fn blocks_per_stage(&self) -> i64 {
        (self.depth - 2) / 6
    }
}

impl Family for ResNetOptions {
    fn describe(&self) -> String {
        let wide = match is_paper_width(&self.width) {
            true => String::new(),
            false => format!(", {} channels at first", self.width),
        };
        format!("ResNet-{}{wide}, {}", self.depth, self.shortcut.describe())
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
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

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let widths = self.widths();
        let x = net.conv("conv1", x, Conv2d::new(widths[0], 3, 1))?;
        let x = net.batch_norm("bn1", x, EPSILON)?;
        let mut x = net.relu(x)?;
        for (stage, width) in widths.into_iter().enumerate() {
            for index in 0..self.blocks_per_stage() {
                let prefix = format!("layer{}.{index}", stage + 1);
                x = block(&mut net, x, &prefix, width, self.shortcut)?;
            }
        }
        let features = net.pool_mean(x)?;
        net.head("linear", features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        // A convolution is seen in the file.
        match self.shortcut {
            Shortcut::Conv => Vec::new(),
            other => vec![Untold {
                name: "shortcut",
                value: other.key().to_owned(),
                words: other.describe().to_owned(),
            }],
        }
    }

    fn contradicts(&self, modules: &Modules<'_>) -> bool {
        self.shortcut == Shortcut::Both && modules.shortcut_averages()
    }
}

impl Recognise for ResNetOptions {
    const NAMINGS: &'static [Naming] = &[
        // akamaster/pytorch_resnet_cifar10
        Naming { rules: &[] },
        // fanghenshao
        Naming {
            rules: &[
                ("conv1", "conv_1_3x3"),
                ("bn1", "bn_1"),
                ("layer*.*.conv1", "stage_*.*.conv_a"),
                ("layer*.*.conv2", "stage_*.*.conv_b"),
                ("layer*.*.bn1", "stage_*.*.bn_a"),
                ("layer*.*.bn2", "stage_*.*.bn_b"),
                ("layer*.*.shortcut", "stage_*.*.downsample"),
                ("linear", "classifier"),
            ],
        },
        // chenyaofo/pytorch-cifar-models
        Naming {
            rules: &[
                ("layer*.*.shortcut", "layer*.*.downsample"),
                ("linear", "fc"),
            ],
        },
    ];

    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let Some([width, _, 3, 3]) = tensors.sizes("conv1.weight") else {
            return Vec::new();
        };
        let blocks = [1, 2, 3, 4]
            .map(|stage| tensors.count(|block| format!("layer{stage}.{block}.conv2.weight")));
        let bottlenecks = tensors.has("layer1.0.conv3.weight");
        // Without this norm it is another family's.
        if blocks[0] == 0 || blocks[3] > 0 || bottlenecks || !tensors.has("bn1.weight") {
            return Vec::new();
        }
        let shortcuts = match tensors.has("layer2.0.shortcut.0.weight") {
            true => &[Shortcut::Conv][..],
            false => &[Shortcut::Both, Shortcut::After][..],
        };
        let option = |shortcut: &Shortcut| Self {
            width,
            ..Self::new(6 * blocks[0] + 2, *shortcut)
        };
        let classes = tensors.classes("linear");
        Member::all(shortcuts.iter().map(option), classes)
    }
}

/// The basic residual block: `relu(second(relu(first(x))) + shortcut(x))`; one that widens halves the picture.
fn block(
    net: &mut Builder,
    x: Place,
    prefix: &str,
    width: i64,
    shortcut: Shortcut,
) -> Result<Place> {
    let grows = net.shape(x).first() != Some(&width);
    let stride = if grows { 2 } else { 1 };
    let name = |part: &str| format!("{prefix}.{part}");
    let inner = net.conv(&name("conv1"), x, Conv2d::new(width, 3, stride))?;
    let inner = net.batch_norm(&name("bn1"), inner, EPSILON)?;
    let inner = net.relu(inner)?;
    let inner = net.conv(&name("conv2"), inner, Conv2d::new(width, 3, 1))?;
    let inner = net.batch_norm(&name("bn2"), inner, EPSILON)?;
    let past = match grows {
        true => shortcut.past(net, x, prefix, width)?,
        false => x,
    };
    let sum = net.sum(inner, past)?;
    net.relu(sum)
}
