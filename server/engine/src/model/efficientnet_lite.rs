//! EfficientNet-Lite: EfficientNet without gates, with ReLU6.
//!
//! Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", <https://arxiv.org/abs/1905.11946>; its
//! light form <https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite>, with the names of
//! EfficientNet-PyTorch and of timm. TensorFlow pads a picture on the right and below where it is halved.

mod layout;

pub use layout::EfficientNetLayout;

use super::family::{Family, Member, Recognise, Untold};
use super::limits::{list_within, within};
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Border, Conv2d, EPSILON, Op, Pair};
use crate::graph::{Builder, Graph, Place};
use layout::Part;
use serde::{Deserialize, Serialize};

/// Which member of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EfficientNetLiteOptions {
    /// Channels of the first convolution.
    pub first: i64,
    /// Channels of each of the seven stages.
    pub stages: [i64; 7],
    /// Blocks of each stage.
    pub blocks: [i64; 7],
    /// Channels of the last convolution.
    pub last: i64,
    pub layout: EfficientNetLayout,
    /// Whether pictures are padded as TensorFlow does it, rather than alike on all sides.
    pub same: bool,
}

/// The side of a stage's kernels, its stride, and by how much its blocks widen.
const STAGES: [[i64; 3]; 7] = [
    [3, 1, 1],
    [3, 2, 6],
    [5, 2, 6],
    [3, 2, 6],
    [5, 1, 6],
    [5, 2, 6],
    [3, 1, 6],
];

impl Family for EfficientNetLiteOptions {
    fn describe(&self) -> String {
        let blocks = self.blocks.iter().sum::<i64>();
        let number = match (blocks, self.stages[0]) {
            (16, _) => "0",
            _ => "",
        };
        let padding = if self.same { "TensorFlow" } else { "PyTorch" };
        format!("EfficientNet-Lite{number}, {blocks} blocks, padded as in {padding}")
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        within(&[
            ("architecture.efficientnet_lite.first", self.first, 1, 512),
            ("architecture.efficientnet_lite.last", self.last, 1, 8192),
        ])?;
        let field = "architecture.efficientnet_lite.stages";
        list_within(field, &self.stages, [7, 7], [1, 2048])?;
        let field = "architecture.efficientnet_lite.blocks";
        list_within(field, &self.blocks, [7, 7], [1, 64])
    }

    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let [conv, norm] = self.layout.first();
        let x = self.conv(&mut net, conv, x, Conv2d::new(self.first, 3, 2))?;
        let x = net.batch_norm(norm, x, self.norm_epsilon())?;
        let mut x = net.relu6(x)?;
        for (stage, [kernel, stride, widen]) in STAGES.into_iter().enumerate() {
            for block in 0..self.blocks[stage] {
                let each = Conv2d::new(1, kernel, if block == 0 { stride } else { 1 });
                let out = self.stages[stage];
                x = self.block(&mut net, x, [stage as i64, block], widen, each, out)?;
            }
        }
        let [conv, norm] = self.layout.last();
        let x = net.conv(conv, x, Conv2d::new(self.last, 1, 1))?;
        let x = net.batch_norm(norm, x, self.norm_epsilon())?;
        let x = net.relu6(x)?;
        let features = net.pool_mean(x)?;
        net.head(self.layout.head(), features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        let padding = if self.same { "same" } else { "symmetric" };
        vec![Untold::new("padding", padding)]
    }
}

impl EfficientNetLiteOptions {
    /// The ε of its norms: TensorFlow's, or PyTorch's where it is padded as there.
    fn norm_epsilon(&self) -> f64 {
        if self.same { 1e-3 } else { EPSILON }
    }

    /// A convolution, padded before where the padding is not alike on all sides.
    fn conv(&self, net: &mut Builder, name: &str, x: Place, op: Conv2d) -> Result<Place> {
        let [_, height, width] = net.picture(x)?;
        if !self.same || op.stride.is_one() {
            return net.conv(name, x, op);
        }
        let total = |side: i64, stride: i64, kernel: i64| {
            let windows = (side + stride - 1) / stride;
            ((windows - 1) * stride + kernel - side).max(0)
        };
        let across = total(width, op.stride.width, op.kernel.width);
        let down = total(height, op.stride.height, op.kernel.height);
        let border = Border {
            left: across / 2,
            right: across - across / 2,
            above: down / 2,
            below: down - down / 2,
        };
        let x = net.unnamed(Op::Border(border), &[x])?;
        let padding = Pair::both(0);
        net.conv(name, x, Conv2d { padding, ..op })
    }

    fn block(
        &self,
        net: &mut Builder,
        x: Place,
        [stage, block]: [i64; 2],
        widen: i64,
        each: Conv2d,
        out: i64,
    ) -> Result<Place> {
        let [channels, _, _] = net.picture(x)?;
        let hidden = widen * channels;
        let stride = each.stride;
        let name = |part| self.layout.block(&self.blocks, [stage, block], widen, part);
        let mut y = x;
        if widen > 1 {
            let [conv, norm] = name(Part::Widen);
            y = net.conv(&conv, y, Conv2d::new(hidden, 1, 1))?;
            y = net.batch_norm(&norm, y, self.norm_epsilon())?;
            y = net.relu6(y)?;
        }
        let [conv, norm] = name(Part::Each);
        let each = Conv2d {
            out: hidden,
            groups: hidden,
            ..each
        };
        y = self.conv(net, &conv, y, each)?;
        y = net.batch_norm(&norm, y, self.norm_epsilon())?;
        y = net.relu6(y)?;
        let [conv, norm] = name(Part::Narrow);
        y = net.conv(&conv, y, Conv2d::new(out, 1, 1))?;
        y = net.batch_norm(&norm, y, self.norm_epsilon())?;
        match stride.is_one() && channels == out {
            true => net.sum(y, x),
            false => Ok(y),
        }
    }
}

impl Recognise for EfficientNetLiteOptions {
    const INPUT: [i64; 3] = [3, 224, 224];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let of = |layout: EfficientNetLayout| {
            let out = |name: &str| Some(tensors.sizes::<4>(&format!("{name}.weight"))?[0]);
            let (first, last) = (out(layout.first()[0])?, out(layout.last()[0])?);
            let (stages, blocks) = layout.stages(&out)?;
            let option = |same| Self {
                first,
                stages,
                blocks,
                last,
                layout,
                same,
            };
            let options = [true, false].map(option);
            Some(Member::all(options, tensors.classes(layout.head())))
        };
        let layouts = [EfficientNetLayout::Flat, EfficientNetLayout::Timm];
        layouts.into_iter().filter_map(of).flatten().collect()
    }
}
