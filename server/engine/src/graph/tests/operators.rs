//! Every operator, with the shapes of what it takes.

use crate::graph::Shape;
use crate::graph::op::{
    Add, Attention, BatchNorm, Border, Clamp, Concat, Conv2d, Cut, Flatten, Gelu, HardSwish,
    LayerNorm, Linear, MeanTokens, Mul, Normalise, Op, Pad, PoolAdaptive, PoolAverage, PoolMax,
    PoolMean, Relu, Select, Shuffle, Sigmoid, Silu, Slice, Tanh, Tokens,
};

/// Every operator with the shapes of what it takes.
pub(super) fn operators() -> Vec<(Op, Vec<Shape>)> {
    let picture = || vec![3, 7, 6];
    let conv = |out, kernel, stride| Conv2d::new(out, kernel, stride);
    let grouped = Conv2d {
        groups: 3,
        ..conv(6, 3, 2).biased()
    };
    let unpadded = Conv2d {
        padding: 0,
        ..conv(4, 2, 2).biased()
    };
    let pool = |kernel, stride, padding| {
        Op::PoolMax(PoolMax {
            kernel,
            stride,
            padding,
        })
    };
    let cut = Cut {
        dimension: 1,
        from: 1,
        to: Some(6),
        step: 3,
    };
    let normalise = Normalise {
        mean: vec![0.4, 0.5, 0.6],
        std: vec![0.2, 0.3, 0.25],
    };
    vec![
        (Op::Add(Add), vec![picture(), picture()]),
        (
            Op::BatchNorm(BatchNorm {
                epsilon: 1e-5,
                last: false,
            }),
            vec![picture()],
        ),
        (
            Op::BatchNorm(BatchNorm {
                epsilon: 1e-3,
                last: true,
            }),
            vec![vec![5]],
        ),
        (
            Op::BatchNorm(BatchNorm {
                epsilon: 1e-3,
                last: true,
            }),
            vec![vec![4, 5]],
        ),
        (
            Op::Attention(Attention {
                heads: 2,
                joined: false,
                scaled: false,
            }),
            vec![vec![5, 6]; 3],
        ),
        (
            Op::Attention(Attention {
                heads: 2,
                joined: true,
                scaled: true,
            }),
            vec![vec![5, 18]],
        ),
        (Op::Concat(Concat), vec![vec![1, 4], vec![5, 4]]),
        (Op::MeanTokens(MeanTokens), vec![vec![5, 4]]),
        (Op::Tokens(Tokens), vec![picture()]),
        (Op::Conv2d(conv(4, 3, 1)), vec![picture()]),
        (Op::Conv2d(conv(4, 5, 2).biased()), vec![picture()]),
        (Op::Conv2d(conv(2, 1, 2)), vec![picture()]),
        (Op::Conv2d(grouped), vec![picture()]),
        (Op::Conv2d(unpadded), vec![picture()]),
        (Op::Flatten(Flatten), vec![picture()]),
        (Op::Linear(Linear { out: 4, bias: true }), vec![vec![5]]),
        (
            Op::Linear(Linear {
                out: 4,
                bias: false,
            }),
            vec![vec![6, 5]],
        ),
        (Op::Normalise(normalise), vec![picture()]),
        (
            Op::Pad(Pad {
                before: 1,
                after: 2,
            }),
            vec![picture()],
        ),
        (pool(2, 2, 0), vec![picture()]),
        (pool(3, 2, 1), vec![picture()]),
        (Op::PoolMean(PoolMean), vec![picture()]),
        (Op::Relu(Relu), vec![picture()]),
        (Op::Slice(Slice::every_second_pixel()), vec![picture()]),
        (Op::Slice(Slice { cuts: vec![cut] }), vec![picture()]),
        (Op::Tanh(Tanh { bound: 2.0 }), vec![vec![5]]),
        (
            Op::Attention(Attention {
                heads: 3,
                joined: true,
                scaled: false,
            }),
            vec![vec![4, 18]],
        ),
        (
            Op::Border(Border {
                left: 0,
                right: 1,
                above: 2,
                below: 3,
            }),
            vec![picture()],
        ),
        (
            Op::Clamp(Clamp {
                least: -0.7,
                most: 0.9,
            }),
            vec![picture()],
        ),
        (Op::Gelu(Gelu), vec![vec![4, 5]]),
        (Op::HardSwish(HardSwish), vec![picture()]),
        (Op::LayerNorm(LayerNorm { epsilon: 1e-5 }), vec![vec![4, 5]]),
        (Op::Mul(Mul), vec![picture(), picture()]),
        (Op::Mul(Mul), vec![picture(), vec![3]]),
        (
            Op::PoolAverage(PoolAverage {
                kernel: 3,
                stride: 2,
            }),
            vec![picture()],
        ),
        (Op::PoolAdaptive(PoolAdaptive { side: 4 }), vec![picture()]),
        (Op::Select(Select { place: 2 }), vec![vec![4, 5]]),
        (Op::Shuffle(Shuffle { groups: 2 }), vec![vec![6, 3, 2]]),
        (Op::Sigmoid(Sigmoid), vec![vec![5]]),
        (Op::Silu(Silu), vec![picture()]),
    ]
}
