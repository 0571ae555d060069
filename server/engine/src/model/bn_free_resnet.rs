//! The small residual networks without batch norm that neural network verification uses.
//!
//! The residual block is that of He, Zhang, Ren and Sun, <https://arxiv.org/abs/1512.03385>, without
//! its batch norms; the networks ResNet-2B and ResNet-4B are those of the benchmark `cifar10_resnet`
//! of VNN-COMP 2021, <https://arxiv.org/abs/2109.00498>.

mod options;

pub use options::{BnFreeResNetOptions, Stage};

use super::family::{Family, Member, Recognise};
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::Conv2d;
use crate::graph::{Builder, Graph, Place};

impl Family for BnFreeResNetOptions {
    fn describe(&self) -> String {
        format!("ResNet without batch norm, blocks {}", self.blocks())
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        self.within_limits()
    }

    /// The features are its hidden units after their ReLU.
    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let x = net.conv("conv1", x, Conv2d::new(self.stem, 3, 2).biased())?;
        let mut x = net.relu(x)?;
        for (index, stage) in self.stages.iter().enumerate() {
            for place in 0..stage.blocks {
                let prefix = format!("layer{}.{place}", index + 1);
                x = block(&mut net, x, &prefix, stage.channels, place == 0)?;
            }
        }
        let x = net.flatten(x)?;
        let x = net.linear("linear1", x, self.hidden)?;
        let features = net.relu(x)?;
        net.head("linear2", features, classes)
    }
}

impl Recognise for BnFreeResNetOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let conv = |name: &str| tensors.sizes::<4>(name);
        let (Some([stem, ..]), Some([hidden, _])) =
            (conv("conv1.weight"), tensors.sizes::<2>("linear1.weight"))
        else {
            return Vec::new();
        };
        let stage = |stage: i64| {
            let first = |block: i64| format!("layer{stage}.{block}.conv1.weight");
            let [channels, ..] = conv(&first(0))?;
            let blocks = tensors.count(first);
            Some(Stage { channels, blocks })
        };
        let stages: Vec<Stage> = (1..=8).map_while(stage).collect();
        if stages.is_empty() || tensors.has("bn1.weight") {
            return Vec::new();
        }
        let options = Self {
            stem,
            stages,
            hidden,
        };
        Member::all([options], tensors.classes("linear2"))
    }
}

/// `relu(second(relu(first(x))) + projection(x))`, without a projection x itself; a stage's first block halves the picture,
/// and therefore projects.
fn block(net: &mut Builder, x: Place, prefix: &str, channels: i64, halves: bool) -> Result<Place> {
    let stride = if halves { 2 } else { 1 };
    let conv = |kernel, stride| Conv2d::new(channels, kernel, stride).biased();
    let inner = net.conv(&format!("{prefix}.conv1"), x, conv(3, stride))?;
    let inner = net.relu(inner)?;
    let inner = net.conv(&format!("{prefix}.conv2"), inner, conv(3, 1))?;
    let past = match halves {
        true => net.conv(&format!("{prefix}.shortcut.0"), x, conv(1, stride))?,
        false => x,
    };
    let sum = net.sum(inner, past)?;
    net.relu(sum)
}
