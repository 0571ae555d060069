//! Convolutions and pools: what moves a window over a picture.

use super::{Writer, refuse};
use crate::error::Result;
use crate::graph::op::{Conv2d, Filling, Op, PoolAverage, PoolMax, Surround};
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
            kernel: square(step, [*height, *width], "kernels")?,
            stride: square(step, *stride, "strides")?,
            dilation: square(step, *dilation, "dilations")?,
            padding: 0,
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
                if *dilation != [1, 1] {
                    return refuse(
                        step,
                        format!("has windows with gaps, dilation {dilation:?}"),
                    );
                }
                let kernel = square(step, *kernel, "windows")?;
                let stride = square(step, *stride, "strides")?;
                let (inputs, padding) = self.padded(step, inputs, *padding, Filling::Least);
                let pool = PoolMax {
                    kernel,
                    stride,
                    padding,
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
                let kernel = square(step, *kernel, "windows")?;
                let stride = square(step, *stride, "strides")?;
                if !count_include_pad && !same(*padding) {
                    return refuse(
                        step,
                        format!(
                            "does not count what it pads by {padding:?}; as much on every side is known"
                        ),
                    );
                }
                let (inputs, padding) = self.padded(step, inputs, *padding, Filling::Number(0.0));
                let pool = PoolAverage {
                    kernel,
                    stride,
                    padding,
                    counts_padding: *count_include_pad,
                    rest: *ceil,
                };
                Ok(self.put(&step.name, Op::PoolAverage(pool), inputs))
            }
            _ => refuse(step, "is no pool"),
        }
    }

    /// With another operator before, where the sides are padded differently; and how much is left to pad.
    fn padded(
        &mut self,
        step: &Step,
        inputs: Vec<usize>,
        padding: [i64; 4],
        value: Filling,
    ) -> (Vec<usize>, i64) {
        if same(padding) {
            return (inputs, padding[0]);
        }
        let [above, left, below, right] = padding;
        let sides = vec![[0, 0], [above, below], [left, right]];
        let place = self.put(&step.name, Op::Surround(Surround { sides, value }), inputs);
        (vec![place], 0)
    }
}

fn same(padding: [i64; 4]) -> bool {
    padding.iter().all(|side| *side == padding[0])
}

/// The one number of both directions.
fn square(step: &Step, [down, right]: [i64; 2], what: &str) -> Result<i64> {
    match down == right {
        true => Ok(down),
        false => refuse(
            step,
            format!("has {what} of {down} by {right}; square ones are known"),
        ),
    }
}
