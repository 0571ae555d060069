//! MobileNetV2: blocks that widen, convolve each channel by itself, and narrow again.
//!
//! Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
//! <https://arxiv.org/abs/1801.04381>, as in torchvision (chenyaofo/pytorch-cifar-models has its names) and as in
//! kuangliu/pytorch-cifar.

mod layout;

pub use layout::MobileNetLayout;

use super::family::{Family, Member, Recognise, Untold};
use super::limits::{list_within, within};
use super::stem::Stem;
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Graph, Place};
use layout::Part;
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MobileNetOptions {
    /// Channels of the first convolution.
    pub first: i64,
    /// Channels of each of the seven stages.
    pub stages: [i64; 7],
    /// Channels of the last convolution.
    pub last: i64,
    pub layout: MobileNetLayout,
    /// Whether the first convolution and the second stage halve the picture.
    pub stem: Stem,
}

/// Blocks of each stage.
const BLOCKS: [i64; 7] = [1, 2, 3, 4, 3, 3, 1];

/// By how much a stage's blocks widen.
const WIDEN: [i64; 7] = [1, 6, 6, 6, 6, 6, 6];

impl Family for MobileNetOptions {
    fn describe(&self) -> String {
        let arrangement = match self.layout {
            MobileNetLayout::Torchvision => "",
            MobileNetLayout::Kuangliu => " with projecting shortcuts",
        };
        format!(
            "MobileNetV2{arrangement}, {} features, {}",
            self.last,
            self.stem.describe()
        )
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        within(&[
            ("architecture.mobilenet.first", self.first, 1, 512),
            ("architecture.mobilenet.last", self.last, 1, 8192),
        ])?;
        let field = "architecture.mobilenet.stages";
        list_within(field, &self.stages, [7, 7], [1, 2048])
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let layout = self.layout;
        let halves = if self.stem == Stem::Large { 2 } else { 1 };
        let x = net.conv_norm(
            layout.first(),
            x,
            Conv2d::new(self.first, 3, halves),
            EPSILON,
        )?;
        let mut x = self.activate(&mut net, x)?;
        let strides = [1, halves, 2, 2, 1, 2, 1];
        let mut index = 0;
        for (stage, out) in self.stages.into_iter().enumerate() {
            for block in 0..BLOCKS[stage] {
                let stride = if block == 0 { strides[stage] } else { 1 };
                x = self.block(&mut net, x, index, WIDEN[stage], [out, stride])?;
                index += 1;
            }
        }
        let x = net.conv_norm(layout.last(), x, Conv2d::new(self.last, 1, 1), EPSILON)?;
        let x = self.activate(&mut net, x)?;
        let features = net.pool_mean(x)?;
        net.head(layout.head(), features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        vec![Untold {
            name: "stem",
            value: self.stem.key().to_owned(),
            words: self.stem.describe().to_owned(),
        }]
    }
}

impl MobileNetOptions {
    /// ReLU6, or ReLU in kuangliu's arrangement.
    fn activate(&self, net: &mut Builder, x: Place) -> Result<Place> {
        match self.layout {
            MobileNetLayout::Torchvision => net.relu6(x),
            MobileNetLayout::Kuangliu => net.relu(x),
        }
    }

    fn block(
        &self,
        net: &mut Builder,
        x: Place,
        index: i64,
        widen: i64,
        [out, stride]: [i64; 2],
    ) -> Result<Place> {
        let [channels, _, _] = net.picture(x)?;
        let hidden = widen * channels;
        let name = |part| self.layout.block(index, widen, part);
        let mut y = x;
        if self.layout.widens(widen) {
            let [conv, norm] = name(Part::Widen);
            y = net.conv(&conv, y, Conv2d::new(hidden, 1, 1))?;
            y = net.batch_norm(&norm, y, EPSILON)?;
            y = self.activate(net, y)?;
        }
        let [conv, norm] = name(Part::Each);
        let each = Conv2d {
            groups: hidden,
            ..Conv2d::new(hidden, 3, stride)
        };
        y = net.conv(&conv, y, each)?;
        y = net.batch_norm(&norm, y, EPSILON)?;
        y = self.activate(net, y)?;
        let [conv, norm] = name(Part::Narrow);
        y = net.conv(&conv, y, Conv2d::new(out, 1, 1))?;
        y = net.batch_norm(&norm, y, EPSILON)?;
        match (stride, channels == out, self.layout) {
            (1, true, _) => net.sum(x, y),
            (1, false, MobileNetLayout::Kuangliu) => {
                let [conv, norm] = name(Part::Past);
                let past = net.conv(&conv, x, Conv2d::new(out, 1, 1))?;
                let past = net.batch_norm(&norm, past, EPSILON)?;
                net.sum(y, past)
            }
            _ => Ok(y),
        }
    }
}

impl Recognise for MobileNetOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let of = |layout: MobileNetLayout| {
            let out = |name: String| Some(tensors.sizes::<4>(&format!("{name}.weight"))?[0]);
            let [first, last] = [layout.first()[0], layout.last()[0]].map(str::to_owned);
            let mut stages = [0; 7];
            let mut index = 0;
            for stage in 0..7 {
                let [narrow, _] = layout.block(index, WIDEN[stage], Part::Narrow);
                stages[stage] = out(narrow)?;
                index += BLOCKS[stage];
            }
            let (first, last) = (out(first)?, out(last)?);
            let option = |stem| Self {
                first,
                stages,
                last,
                layout,
                stem,
            };
            // Kuangliu's is for small pictures only.
            let stems = match layout {
                MobileNetLayout::Torchvision => &[Stem::Small, Stem::Large][..],
                MobileNetLayout::Kuangliu => &[Stem::Small][..],
            };
            let options = stems.iter().map(|stem| option(*stem));
            Some(Member::all(options, tensors.classes(layout.head())))
        };
        let layouts = [MobileNetLayout::Torchvision, MobileNetLayout::Kuangliu];
        layouts.into_iter().filter_map(of).flatten().collect()
    }
}
