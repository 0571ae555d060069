//! What a step can be. Dimensions are those of one image's value, from 0; tensors are named as in [`crate::Program::tensors`].

/// An operator.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// The image.
    Input,
    /// Numbers that depend on no image. The tensor has as many as the step's shape says, in that order; its own shape may have ones besides.
    Constant {
        tensor: String,
    },

    /// A convolution of a picture; weight `[out, in / groups, height, width]`, bias `[out]`.
    Conv2d {
        stride: [i64; 2],
        /// Zeros above, left, below, right.
        padding: [i64; 4],
        dilation: [i64; 2],
        groups: i64,
        weight: String,
        bias: Option<String>,
    },
    /// `x Wᵀ + b` over the last dimension; weight `[out, in]`, bias `[out]`.
    Linear {
        weight: String,
        bias: Option<String>,
    },
    /// The product of two values over their last two dimensions; those before broadcast.
    MatMul,
    /// `softmax(scale · Q Kᵀ) V` of queries, keys and values `[..., T, D]`, over the last two dimensions, without a mask.
    Attention {
        scale: f64,
    },

    /// `weight (x − mean) / √(variance + epsilon) + bias` for each channel, `[C]` each.
    BatchNorm {
        /// The dimension of the channels.
        dim: usize,
        epsilon: f64,
        weight: Option<String>,
        bias: Option<String>,
        mean: String,
        variance: String,
    },
    /// Mean 0 and variance 1 over the last `dims` dimensions, then `weight · x + bias`, both of the shape of these.
    LayerNorm {
        dims: usize,
        epsilon: f64,
        weight: Option<String>,
        bias: Option<String>,
    },
    /// Mean 0 and variance 1 over each group of channels and all pixels, then `weight · x + bias` for each channel.
    GroupNorm {
        groups: i64,
        epsilon: f64,
        weight: Option<String>,
        bias: Option<String>,
    },

    Relu,
    LeakyRelu {
        slope: f64,
    },
    /// `x` for positive, `alpha (eˣ − 1)` for negative numbers.
    Elu {
        alpha: f64,
    },
    /// `min(max(x, min), max)`.
    Clamp {
        min: Option<f64>,
        max: Option<f64>,
    },
    Gelu {
        /// By the approximation with tanh, not by erf.
        tanh: bool,
    },
    Silu,
    Sigmoid,
    Tanh,
    HardSwish,
    /// `min(max(alpha · x + beta, 0), 1)`.
    HardSigmoid {
        alpha: f64,
        beta: f64,
    },
    Softplus,
    Erf,
    Exp,
    Log,
    Sqrt,
    Reciprocal,
    Abs,
    Neg,
    Pow {
        exponent: f64,
    },
    Softmax {
        dim: usize,
    },

    /// Of two values; shapes broadcast from the last dimension on.
    Add,
    Sub,
    Mul,
    Div,
    /// A number added to every one.
    AddScalar {
        value: f64,
    },
    MulScalar {
        value: f64,
    },
    DivScalar {
        value: f64,
    },

    /// The largest of each window; what is padded does not count.
    MaxPool {
        kernel: [i64; 2],
        stride: [i64; 2],
        /// Above, left, below, right. The step's shape has what rounding up adds.
        padding: [i64; 4],
        dilation: [i64; 2],
        ceil: bool,
    },
    /// The mean of each window.
    AvgPool {
        kernel: [i64; 2],
        stride: [i64; 2],
        /// Above, left, below, right.
        padding: [i64; 4],
        ceil: bool,
        /// Whether padded zeros count.
        count_include_pad: bool,
    },
    /// The mean of windows such that so many rows and columns are left.
    AdaptiveAvgPool {
        to: [i64; 2],
    },
    /// The mean over dimensions.
    MeanOver {
        dims: Vec<usize>,
        keep: bool,
    },
    SumOver {
        dims: Vec<usize>,
        keep: bool,
    },
    MaxOver {
        dims: Vec<usize>,
        keep: bool,
    },

    /// All numbers in one row.
    Flatten,
    /// The same numbers in the same order, in the step's shape.
    Reshape,
    /// Dimension `i` of the value is dimension `dims[i]` of what it takes.
    Permute {
        dims: Vec<usize>,
    },
    /// Dimensions of size 1 become as large as the step's shape says; dimensions may be added in front.
    Expand,
    /// Values behind each other along a dimension.
    Concat {
        dim: usize,
    },
    /// Every `step`-th from `start` to before `end`.
    Slice {
        dim: usize,
        start: i64,
        end: i64,
        step: i64,
    },
    /// One place of a dimension, which is gone then.
    Select {
        dim: usize,
        index: i64,
    },
    /// These places of a dimension, in this order.
    Gather {
        dim: usize,
        indices: Vec<i64>,
    },
    /// The numbers before and after each dimension.
    Pad {
        sides: Vec<[i64; 2]>,
        mode: PadMode,
    },
    /// Numbers moved along dimensions; what leaves at an end comes in at the other.
    Roll {
        shifts: Vec<i64>,
        dims: Vec<usize>,
    },
    /// A picture enlarged to the step's shape, each pixel copied.
    UpsampleNearest,
}

/// What a value is padded with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PadMode {
    Constant(f64),
    Reflect,
    Replicate,
}

impl Op {
    /// What it is called in messages: `Conv2d`.
    pub fn name(&self) -> String {
        let text = format!("{self:?}");
        let end = text.find([' ', '(']).unwrap_or(text.len());
        text[..end].to_owned()
    }

    /// The tensors that it names.
    pub fn tensors(&self) -> Vec<&str> {
        let all = match self {
            Self::Constant { tensor } => vec![Some(tensor)],
            Self::Conv2d { weight, bias, .. } | Self::Linear { weight, bias } => {
                vec![Some(weight), bias.as_ref()]
            }
            Self::BatchNorm {
                weight,
                bias,
                mean,
                variance,
                ..
            } => vec![weight.as_ref(), bias.as_ref(), Some(mean), Some(variance)],
            Self::LayerNorm { weight, bias, .. } | Self::GroupNorm { weight, bias, .. } => {
                vec![weight.as_ref(), bias.as_ref()]
            }
            _ => Vec::new(),
        };
        all.into_iter().flatten().map(String::as_str).collect()
    }
}
