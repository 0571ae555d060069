//! The plain deep networks of 3x3 convolutions: VGG-11 to VGG-19, with and without batch norm.
//!
//! Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
//! <https://arxiv.org/abs/1409.1556>; for large pictures as in torchvision, for small ones as in kuangliu/pytorch-cifar (one
//! linear layer) and chenyaofo/pytorch-cifar-models (three).

use super::family::{Family, Member, Recognise};
use super::limits::{list_within, within};
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Conv2d, EPSILON, Op, Pair, PoolAdaptive};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VggOptions {
    /// Channels of the convolutions of each stage; a stage ends with the maximum of each 2x2 pixels.
    pub stages: Vec<Vec<i64>>,
    pub batch_norm: bool,
    /// Units of two linear layers before the last one; none where it is the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<i64>,
    /// The side to which the picture is brought before the first linear layer; as it is where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<i64>,
}

impl Family for VggOptions {
    fn describe(&self) -> String {
        let convolutions = self.stages.iter().map(Vec::len).sum::<usize>();
        let linear = if self.hidden.is_some() { 3 } else { 1 };
        // The name counts the paper's three linear layers.
        let norm = match self.batch_norm {
            true => " with batch norm",
            false => "",
        };
        let last = match linear {
            1 => ", one linear layer".to_owned(),
            _ => format!(", {} hidden units", self.hidden.unwrap_or(0)),
        };
        format!("VGG-{}{norm}{last}", convolutions + 3)
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        let field = "architecture.vgg.stages";
        let counts: Vec<i64> = self.stages.iter().map(|stage| stage.len() as i64).collect();
        list_within(field, &counts, [1, 8], [1, 16])?;
        list_within(field, &self.stages.concat(), [1, 128], [1, 2048])?;
        within(&[
            (
                "architecture.vgg.hidden",
                self.hidden.unwrap_or(1),
                1,
                16384,
            ),
            ("architecture.vgg.side", self.side.unwrap_or(1), 1, 16),
        ])
    }

    /// The features are what the last linear layer takes.
    fn graph(&self, mut net: Builder, mut x: Place, classes: i64) -> Result<Graph> {
        let mut index = 0;
        for stage in &self.stages {
            for channels in stage {
                let op = Conv2d::new(*channels, 3, 1).biased();
                x = net.conv(&format!("features.{index}"), x, op)?;
                if self.batch_norm {
                    index += 1;
                    x = net.batch_norm(&format!("features.{index}"), x, EPSILON)?;
                }
                x = net.relu(x)?;
                index += 2;
            }
            x = net.pool_max(x, 2)?;
            index += 1;
        }
        if let Some(side) = self.side {
            let side = Pair::both(side);
            x = net.unnamed(Op::PoolAdaptive(PoolAdaptive { side }), &[x])?;
        }
        let mut features = net.flatten(x)?;
        let Some(hidden) = self.hidden else {
            return net.head("classifier", features, classes);
        };
        for name in ["classifier.0", "classifier.3"] {
            features = net.linear(name, features, hidden)?;
            features = net.relu(features)?;
        }
        net.head("classifier.6", features, classes)
    }
}

impl Recognise for VggOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    /// A step of the numbers beyond a convolution, its norm and its ReLU is the maximum that ends a stage.
    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let conv = |index: i64| {
            let [out, _, 3, 3] = tensors.sizes(&format!("features.{index}.weight"))? else {
                return None;
            };
            Some((index, out))
        };
        let convolutions: Vec<(i64, i64)> = (0..128).filter_map(conv).collect();
        let batch_norm = tensors.has("features.1.running_mean");
        let step = if batch_norm { 3 } else { 2 };
        let mut stages: Vec<Vec<i64>> = Vec::new();
        let mut next = -1;
        for (index, out) in convolutions {
            match stages.last_mut() {
                Some(stage) if index == next => stage.push(out),
                _ => stages.push(vec![out]),
            }
            next = index + step;
        }
        let hidden = tensors.sizes::<2>("classifier.0.weight");
        let last = stages.last().and_then(|stage| stage.last()).copied();
        let (head, into) = match hidden {
            Some([_, into]) => ("classifier.6", into),
            None => ("classifier", last.unwrap_or(0)),
        };
        let Some(last) =
            last.filter(|_| stages.len() > 2 && tensors.has(&format!("{head}.weight")))
        else {
            return Vec::new();
        };
        let options = Self {
            stages,
            batch_norm,
            hidden: hidden.map(|[units, _]| units),
            side: (into == 49 * last).then_some(7),
        };
        Member::all([options], tensors.classes(head))
    }
}
