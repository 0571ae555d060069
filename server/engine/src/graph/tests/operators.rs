//! Every operator, with the shapes of what it takes.

use crate::graph::Shape;
use crate::graph::op::{
    Add, Affine, Attention, BatchNorm, Border, Clamp, Concat, Conv2d, Cut, Div, Expand, Filling,
    Flatten, Function, Gather, Gelu, GroupNorm, HardSwish, LayerNorm, LeakyRelu, Linear, MatMul,
    Maximum, Mean, MeanTokens, Mul, Normalise, Op, Pad, Pair, Permute, PoolAdaptive, PoolAverage,
    PoolMax, PoolMean, Power, RectifiedScores, Relu, Reshape, Roll, ScaledProduct, Select, Shuffle,
    Sigmoid, Silu, Slice, Softmax, Sub, Surround, Tanh, Tokens, Upsample,
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
        padding: Pair::both(0),
        ..conv(4, 2, 2).biased()
    };
    let pool = |kernel, stride, padding, rest| {
        Op::PoolMax(PoolMax {
            kernel: Pair::both(kernel),
            stride: Pair::both(stride),
            padding: Pair::both(padding),
            dilation: Pair::one(),
            rest,
        })
    };
    let average = |counts_padding, rest| {
        Op::PoolAverage(PoolAverage {
            kernel: Pair::both(3),
            stride: Pair::both(2),
            padding: Pair::both(1),
            counts_padding,
            rest,
        })
    };
    let dilated = Conv2d {
        dilation: Pair::both(2),
        padding: Pair::both(1),
        ..conv(4, 3, 1).biased()
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
        (Op::Concat(Concat::default()), vec![vec![1, 4], vec![5, 4]]),
        (
            Op::Concat(Concat { dimension: 1 }),
            vec![vec![3, 2], vec![3, 4]],
        ),
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
        (pool(2, 2, 0, false), vec![picture()]),
        (pool(3, 2, 1, false), vec![picture()]),
        (pool(3, 2, 0, true), vec![picture()]),
        (pool(2, 3, 1, true), vec![vec![2, 6, 8]]),
        (Op::PoolMean(PoolMean), vec![picture()]),
        (
            Op::RectifiedScores(RectifiedScores { out: 5 }),
            vec![picture()],
        ),
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
        (Op::Gelu(Gelu::default()), vec![vec![4, 5]]),
        (Op::HardSwish(HardSwish), vec![picture()]),
        (Op::LayerNorm(LayerNorm { epsilon: 1e-5 }), vec![vec![4, 5]]),
        (Op::Mul(Mul), vec![picture(), picture()]),
        (Op::Mul(Mul), vec![picture(), vec![3, 1, 1]]),
        (Op::PoolAverage(PoolAverage::plain(3, 2)), vec![picture()]),
        (
            Op::PoolAdaptive(PoolAdaptive {
                side: Pair::both(4),
            }),
            vec![picture()],
        ),
        (Op::Select(Select { place: 2 }), vec![vec![4, 5]]),
        (Op::Shuffle(Shuffle { groups: 2 }), vec![vec![6, 3, 2]]),
        (Op::Sigmoid(Sigmoid), vec![vec![5]]),
        (Op::Silu(Silu), vec![picture()]),
        (Op::Add(Add), vec![vec![6], picture()]),
        (
            Op::Affine(Affine {
                scale: -1.5,
                shift: 0.25,
            }),
            vec![picture()],
        ),
        (average(true, false), vec![picture()]),
        (average(false, true), vec![picture()]),
        (Op::Conv2d(dilated), vec![picture()]),
        (Op::Div(Div), vec![picture(), vec![6]]),
        (Op::Gelu(Gelu { tanh: true }), vec![vec![4, 5]]),
        (Op::LeakyRelu(LeakyRelu { slope: 0.1 }), vec![picture()]),
        (Op::MatMul(MatMul), vec![vec![2, 4, 3], vec![2, 3, 5]]),
        (Op::MatMul(MatMul), vec![vec![2, 4, 3], vec![3, 5]]),
        (
            Op::Mean(Mean {
                dimensions: vec![2, 0],
                keep: false,
            }),
            vec![picture()],
        ),
        (
            Op::Mean(Mean {
                dimensions: vec![1],
                keep: true,
            }),
            vec![picture()],
        ),
        (
            Op::Permute(Permute {
                dimensions: vec![2, 0, 1],
            }),
            vec![picture()],
        ),
        (Op::Power(Power { exponent: 2.0 }), vec![picture()]),
        (Op::Reshape(Reshape { shape: vec![6, 21] }), vec![picture()]),
        (
            Op::ScaledProduct(ScaledProduct { scale: 0.7 }),
            vec![vec![2, 4, 3], vec![2, 5, 3], vec![2, 5, 6]],
        ),
        (Op::Softmax(Softmax { dimension: 1 }), vec![picture()]),
        (Op::Sub(Sub), vec![vec![3, 1, 1], picture()]),
        (
            Op::Expand(Expand {
                shape: vec![4, 2, 5],
            }),
            vec![vec![2, 1]],
        ),
        (Op::Function(Function::Abs), vec![picture()]),
        (Op::Function(Function::Elu), vec![picture()]),
        (Op::Function(Function::Erf), vec![picture()]),
        (Op::Function(Function::Exp), vec![picture()]),
        (Op::Function(Function::Softplus), vec![picture()]),
        (
            Op::Gather(Gather {
                dimension: 1,
                places: vec![4, 0, 4],
            }),
            vec![picture()],
        ),
        (
            Op::GroupNorm(GroupNorm {
                groups: 2,
                epsilon: 1e-5,
            }),
            vec![vec![4, 3, 2]],
        ),
        (
            Op::Maximum(Maximum {
                dimensions: vec![1, 2],
                keep: false,
            }),
            vec![picture()],
        ),
        (
            Op::Roll(Roll {
                shifts: vec![-2, 1],
                dimensions: vec![1, 2],
            }),
            vec![picture()],
        ),
        (
            Op::Surround(Surround {
                sides: vec![[0, 0], [1, 0], [2, 3]],
                value: Filling::Number(0.5),
            }),
            vec![picture()],
        ),
        (Op::Upsample(Upsample { to: [14, 9] }), vec![picture()]),
    ]
    .into_iter()
    .chain(oblong())
    .collect()
}

/// Windows whose sides differ.
fn oblong() -> Vec<(Op, Vec<Shape>)> {
    let picture = || vec![vec![3, 7, 6]];
    let conv = |kernel: [i64; 2], padding: [i64; 2]| Conv2d {
        kernel: kernel.into(),
        padding: padding.into(),
        ..Conv2d::new(4, 1, 1).biased()
    };
    let strided = Conv2d {
        out: 6,
        stride: [2, 3].into(),
        dilation: [1, 2].into(),
        groups: 3,
        ..conv([3, 2], [1, 0])
    };
    let patches = Conv2d {
        stride: [3, 2].into(),
        ..conv([3, 2], [0, 0])
    };
    let max = |stride: [i64; 2], dilation: [i64; 2], rest| PoolMax {
        kernel: [3, 2].into(),
        stride: stride.into(),
        padding: [1, 0].into(),
        dilation: dilation.into(),
        rest,
    };
    let average = PoolAverage {
        kernel: [1, 3].into(),
        padding: [0, 1].into(),
        ..PoolAverage::plain(1, 2)
    };
    let uncounted = PoolAverage {
        stride: [2, 1].into(),
        counts_padding: false,
        rest: true,
        ..average.clone()
    };
    let side = [4, 2].into();
    [
        Op::Conv2d(conv([1, 5], [0, 2])),
        Op::Conv2d(conv([5, 1], [2, 0])),
        Op::Conv2d(strided),
        Op::Conv2d(patches),
        Op::PoolMax(max([2, 1], [1, 1], false)),
        Op::PoolMax(max([3, 2], [2, 3], true)),
        Op::PoolMax(max([1, 2], [2, 1], false)),
        Op::PoolAverage(average),
        Op::PoolAverage(uncounted),
        Op::PoolAdaptive(PoolAdaptive { side }),
    ]
    .map(|op| (op, picture()))
    .into()
}
