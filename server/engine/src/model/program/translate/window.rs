//! Convolutions and pools: what moves a window over a picture.

use super::{Writer, refuse};
use crate::error::Result;
use crate::graph::op::{Conv2d, Filling, Op, Pair, PoolAverage, PoolMax, Surround};
use valleyscope_exchange::{self as exchange, Step};

impl Writer<'_> {
    pub(super) fn convolution(&mut self, step: &Step, inputs: Vec<usize>) -> Result<usize> {
        let exchange::Op::Conv2d {
            stride,
            padding,
            dilation,
            groups,
            weight,
            bias,
        } = &step.op
        else {
            return refuse(step, "is no convolution");
        };
        let shape = self
            .program
            .tensors
            .get(weight)
            .map(|weight| weight.shape.as_slice());
        let Some([out, _, height, width]) = shape else {
            return refuse(step, format!("has a weight of the shape {shape:?}"));
        };
        let op = Conv2d {
            out: *out,
            kernel: [*height, *width].into(),
            stride: (*stride).into(),
            dilation: (*dilation).into(),
            padding: Pair::both(0),
            groups: *groups,
            bias: bias.is_some(),
        };
        let (inputs, padding) = self.padded(step, inputs, *padding, Filling::Number(0.0));
        let place = self.put(&step.name, Op::Conv2d(Conv2d { padding, ..op }), inputs);
        self.tensor(step, "weight", weight)?;
        if let Some(bias) = bias {
            self.tensor(step, "bias", bias)?;
        }
        Ok(place)
    }

    pub(super) fn pool(&mut self, step: &Step, inputs: Vec<usize>) -> Result<usize> {
        match &step.op {
            exchange::Op::MaxPool {
                kernel,
                stride,
                padding,
                dilation,
                ceil,
            } => {
                let (inputs, padding) = self.padded(step, inputs, *padding, Filling::Least);
                let pool = PoolMax {
                    kernel: (*kernel).into(),
                    stride: (*stride).into(),
                    padding,
                    dilation: (*dilation).into(),
                    rest: *ceil,
                };
                Ok(self.put(&step.name, Op::PoolMax(pool), inputs))
            }
            exchange::Op::AvgPool {
                kernel,
                stride,
                padding,
                ceil,
                count_include_pad,
            } => {
                if !count_include_pad && around(*padding).is_none() {
                    return refuse(
                        step,
                        format!(
                            "does not count what it pads by {padding:?}; as much above as below and left as right is known"
                        ),
                    );
                }
                let (inputs, padding) = self.padded(step, inputs, *padding, Filling::Number(0.0));
                let pool = PoolAverage {
                    kernel: (*kernel).into(),
                    stride: (*stride).into(),
                    padding,
                    counts_padding: *count_include_pad,
                    rest: *ceil,
                };
                Ok(self.put(&step.name, Op::PoolAverage(pool), inputs))
            }
            _ => refuse(step, "is no pool"),
        }
    }

    /// With another operator before, where opposite sides are padded differently; and how much is left to pad.
    fn padded(
        &mut self,
        step: &Step,
        inputs: Vec<usize>,
        padding: [i64; 4],
        value: Filling,
    ) -> (Vec<usize>, Pair) {
        if let Some(padding) = around(padding) {
            return (inputs, padding);
        }
        let [above, left, below, right] = padding;
        let sides = vec![[0, 0], [above, below], [left, right]];
        let place = self.put(&step.name, Op::Surround(Surround { sides, value }), inputs);
        (vec![place], Pair::both(0))
    }
}

/// What is padded above and below, and left and right, where that is the same.
fn around([above, left, below, right]: [i64; 4]) -> Option<Pair> {
    (above == below && left == right).then_some(Pair {
        height: above,
        width: left,
    })
}
