//! Wide residual networks of any depth 6n+4 and width.
//!
//! Zagoruyko and Komodakis, "Wide Residual Networks", <https://arxiv.org/abs/1605.07146>, with the names of
//! xternalz/WideResNet-pytorch, which TRADES and most of adversarial training took over.

use super::family::{Family, Member, Recognise};
use super::limits::within;
use super::naming::Naming;
use super::tensors::Tensors;
use crate::error::{Error, Result};
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WideResNetOptions {
    /// Layers with weights: 10, 16, 22, 28, 34, ..., each 6n+4.
    pub depth: i64,
    /// By how much the three stages are wider than 16, 32 and 64 channels.
    pub widen: i64,
}

impl Family for WideResNetOptions {
    fn describe(&self) -> String {
        format!("Wide ResNet-{}-{}", self.depth, self.widen)
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        within(&[("architecture.wide_resnet.widen", self.widen, 1, 64)])?;
        if (10..=604).contains(&self.depth) && (self.depth - 4) % 6 == 0 {
            return Ok(());
        }
        Err(Error::Card {
            field: "architecture.wide_resnet.depth",
            value: self.depth.to_string(),
            expected: "6n + 4 from 10 to 604 is right, such as 16, 28, 34 or 70".into(),
        })
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let mut x = net.conv("conv1", x, Conv2d::new(16, 3, 1))?;
        for stage in 0..3 {
            for index in 0..(self.depth - 4) / 6 {
                let prefix = format!("block{}.layer.{index}", stage + 1);
                let stride = if stage > 0 && index == 0 { 2 } else { 1 };
                x = block(&mut net, x, &prefix, (16 << stage) * self.widen, stride)?;
            }
        }
        let x = net.batch_norm("bn1", x, EPSILON)?;
        let x = net.relu(x)?;
        let features = net.pool_mean(x)?;
        net.head("fc", features, classes)
    }

    /// TRADES built a first stage twice and used it once.
    fn unused(&self) -> &'static [&'static str] {
        &["sub_block1."]
    }
}

/// Norm, ReLU and convolution, twice; one that changes the channels projects what its first ReLU gives.
fn block(net: &mut Builder, x: Place, prefix: &str, width: i64, stride: i64) -> Result<Place> {
    let name = |part: &str| format!("{prefix}.{part}");
    let same = net.shape(x).first() == Some(&width);
    let normed = net.batch_norm(&name("bn1"), x, EPSILON)?;
    let normed = net.relu(normed)?;
    let y = net.conv(&name("conv1"), normed, Conv2d::new(width, 3, stride))?;
    let y = net.batch_norm(&name("bn2"), y, EPSILON)?;
    let y = net.relu(y)?;
    let y = net.conv(&name("conv2"), y, Conv2d::new(width, 3, 1))?;
    let past = match same {
        true => x,
        false => net.conv(&name("convShortcut"), normed, Conv2d::new(width, 1, stride))?,
    };
    net.sum(past, y)
}

impl Recognise for WideResNetOptions {
    const NAMINGS: &'static [Naming] = &[
        // xternalz/WideResNet-pytorch
        Naming { rules: &[] },
    ];

    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let Some([width, _, 3, 3]) = tensors.sizes("block1.layer.0.conv1.weight") else {
            return Vec::new();
        };
        let blocks = tensors.count(|block| format!("block1.layer.{block}.conv1.weight"));
        let options = Self {
            depth: 6 * blocks + 4,
            widen: width / 16,
        };
        Member::all([options], tensors.classes("fc"))
    }
}
