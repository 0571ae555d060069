//! Linear layers, and the one that gives the logits.

use super::{Writer, refuse};
use crate::error::Result;
use crate::graph::op::{Linear, Op, PoolMean, RectifiedScores};
use valleyscope_exchange::{self as exchange, Head, Step};

impl Writer<'_> {
    /// A last convolution with kernels of one pixel, and the mean over the picture: both are linear, so the mean may come first,
    /// and the convolution is then a linear layer.
    pub(super) fn convolution_head(&mut self, step: &Step) -> Result<()> {
        let exchange::Op::Conv2d { weight, bias, .. } = &step.op else {
            return refuse(step, "is no convolution");
        };
        let Some([out, width, 1, 1]) = self.shape_of(weight) else {
            return refuse(step, "gives the logits by kernels of more than one pixel");
        };
        let inputs = self.inputs(step)?;
        let mean = self.put(
            &format!("{}.mean", step.name),
            Op::PoolMean(PoolMean),
            inputs,
        );
        let linear = Linear { out, bias: true };
        self.put(&step.name, Op::Linear(linear), vec![mean]);
        self.tensor(step, "weight", weight)?;
        if let Some(last) = self.tensors.last_mut() {
            last.sides = [out, width].map(|size| size as usize).to_vec();
        }
        self.or_same(step, "bias", bias.as_ref(), 0.0, &[out])
    }

    /// A last convolution with kernels of one pixel, a rectifier, and the mean over the picture.
    pub(super) fn rectified_head(&mut self, step: &Step) -> Result<()> {
        let exchange::Op::Conv2d { weight, bias, .. } = &step.op else {
            return refuse(step, "is no convolution");
        };
        let Some([out, ..]) = self.shape_of(weight) else {
            return refuse(step, "has no kernels");
        };
        let inputs = self.inputs(step)?;
        let scores = RectifiedScores { out };
        self.put(&step.name, Op::RectifiedScores(scores), inputs);
        self.tensor(step, "weight", weight)?;
        self.or_same(step, "bias", bias.as_ref(), 0.0, &[out])
    }

    /// The sizes of a tensor with four of them.
    fn shape_of(&self, tensor: &str) -> Option<[i64; 4]> {
        let tensor = self.program.tensors.get(tensor)?;
        tensor.shape.as_slice().try_into().ok()
    }

    /// The last layer has a bias, be it of zeros.
    pub(super) fn linear(
        &mut self,
        step: &Step,
        inputs: Vec<usize>,
        weight: &str,
        bias: Option<&String>,
    ) -> Result<usize> {
        let out = step.shape.last().copied().unwrap_or(0);
        let is_head = matches!(self.program.head, Head::Linear(head) if std::ptr::eq(&self.program.steps[head], step));
        let linear = Linear {
            out,
            bias: is_head || bias.is_some(),
        };
        let place = self.put(&step.name, Op::Linear(linear), inputs);
        self.tensor(step, "weight", weight)?;
        if is_head || bias.is_some() {
            self.or_same(step, "bias", bias, 0.0, &[out])?;
        }
        Ok(place)
    }
}
