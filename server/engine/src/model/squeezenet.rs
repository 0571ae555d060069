//! SqueezeNet: modules that squeeze their channels into few and expand them again, and pixels that are scored at the end.
//!
//! Iandola and others, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
//! <https://arxiv.org/abs/1602.07360>, with torchvision's names.

use super::family::{Family, Member, Recognise};
use super::limits::{list_within, within};
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Conv2d, Op, Pair, PoolMax};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqueezeNetOptions {
    /// Channels of the first convolution, and the side of its kernels.
    pub stem: [i64; 2],
    /// The modules between the maxima: of each the channels that it squeezes into, and those of 1x1 and of 3x3 pixels that it expands to.
    pub stages: Vec<Vec<[i64; 3]>>,
}

/// Where the modules begin: before them stand the first convolution, its rectifier and a maximum.
const FIRST: usize = 3;

/// The layer that scores the pixels.
const HEAD: &str = "classifier.1";

impl Family for SqueezeNetOptions {
    fn describe(&self) -> String {
        let counts: Vec<usize> = self.stages.iter().map(Vec::len).collect();
        let version = match (self.stem, counts.as_slice()) {
            ([96, 7], [3, 4, 1]) => " 1.0",
            ([64, 3], [2, 2, 4]) => " 1.1",
            _ => "",
        };
        let modules: usize = counts.iter().sum();
        format!("SqueezeNet{version} with {modules} fire modules")
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        let [channels, kernel] = self.stem;
        within(&[
            ("architecture.squeezenet.stem", channels, 1, 4096),
            ("architecture.squeezenet.stem", kernel, 1, 15),
        ])?;
        let counts: Vec<i64> = self.stages.iter().map(|stage| stage.len() as i64).collect();
        let field = "architecture.squeezenet.stages";
        list_within(field, &counts, [1, 8], [1, 64])?;
        let mut modules = self.stages.iter().flatten();
        modules.try_for_each(|module| list_within(field, module, [3, 3], [1, 4096]))
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let [channels, kernel] = self.stem;
        let stem = Conv2d {
            padding: Pair::both(0),
            ..Conv2d::new(channels, kernel, 2)
        };
        let x = net.conv("features.0", x, stem.biased())?;
        let mut x = net.relu(x)?;
        let mut number = FIRST;
        for stage in &self.stages {
            x = net.unnamed(Op::PoolMax(POOL), &[x])?;
            for module in stage {
                x = fire(&mut net, x, number, *module)?;
                number += 1;
            }
            // The next maximum has a number too.
            number += 1;
        }
        net.rectified_head(HEAD, x, classes)
    }
}

/// The largest of 3x3 pixels, also where fewer are left at the border.
const POOL: PoolMax = PoolMax {
    kernel: Pair::both(3),
    stride: Pair::both(2),
    padding: Pair::both(0),
    dilation: Pair::one(),
    rest: true,
};

fn fire(net: &mut Builder, x: Place, number: usize, module: [i64; 3]) -> Result<Place> {
    let mut conv = |x, part: &str, channels, kernel| -> Result<Place> {
        let name = format!("features.{number}.{part}");
        let x = net.conv(&name, x, Conv2d::new(channels, kernel, 1).biased())?;
        net.relu(x)
    };
    let x = conv(x, "squeeze", module[0], 1)?;
    let single = conv(x, "expand1x1", module[1], 1)?;
    let square = conv(x, "expand3x3", module[2], 3)?;
    net.concat(&[single, square])
}

impl Recognise for SqueezeNetOptions {
    const INPUT: [i64; 3] = [3, 224, 224];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let conv = |name: &str| tensors.sizes::<4>(&format!("{name}.weight"));
        let found = || -> Option<(Self, i64)> {
            let [channels, _, kernel, _] = conv("features.0")?;
            let module = |number: usize| {
                let part = |part: &str| Some(conv(&format!("features.{number}.{part}"))?[0]);
                Some([part("squeeze")?, part("expand1x1")?, part("expand3x3")?])
            };
            let mut stages = Vec::new();
            let mut number = FIRST;
            while module(number).is_some() {
                let stage: Vec<[i64; 3]> = (number..).map_while(module).collect();
                number += stage.len() + 1;
                stages.push(stage);
            }
            let [classes, ..] = conv(HEAD)?;
            let stem = [channels, kernel];
            (!stages.is_empty()).then_some((Self { stem, stages }, classes))
        };
        let found = found().into_iter();
        found
            .map(|(options, classes)| Member { options, classes })
            .collect()
    }
}
