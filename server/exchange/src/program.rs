//! A network as steps in order.

use crate::op::Op;
use crate::tensor::TensorData;
use std::collections::BTreeMap;

/// A network that was read: what it computes of one image, step by step.
///
/// The batch is left out everywhere: each value has the shape of one image's, and stands for any number of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Channels, height and width of an image: the shape of the first step.
    pub input: [i64; 3],
    /// How the file itself takes an image. The program takes `[C, H, W]` in either case.
    pub layout: Layout,
    /// Each takes values of steps before it. The first is [`Op::Input`], and there is no other.
    pub steps: Vec<Step>,
    /// The tensors that the steps name, and no others.
    pub tensors: BTreeMap<String, TensorData>,
    /// The step whose value are the logits, `[K]`: the last.
    pub output: usize,
    /// The layer from which the logits come.
    pub head: Head,
    /// What the reader of the file should know: a softmax that was left out, a scaling that is part of it.
    pub notes: Vec<String>,
}

/// How a file takes an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Channels, height, width.
    Nchw,
    /// Height, width, channels, as TensorFlow has it.
    Nhwc,
}

/// The layer from which the logits come, by its place in [`Program::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// An [`Op::Linear`] of one row of features.
    Linear(usize),
    /// An [`Op::Conv2d`] with kernels of one pixel, before the mean over pixels or on a single one.
    Convolution(usize),
    /// An [`Op::Conv2d`] with kernels of one pixel, before a ReLU and the mean over pixels, as SqueezeNet has it:
    /// `zₖ = 1/P Σₚ max(wₖ·yₚ + bₖ, 0)`.
    Rectified(usize),
}

/// One operator of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The file's own name: that of the node, or of the module that it is in. No two steps have the same.
    pub name: String,
    pub op: Op,
    /// The steps whose values it takes.
    pub inputs: Vec<usize>,
    /// The shape of its value for one image.
    pub shape: Vec<i64>,
}
