//! The operators: one file each, with what it computes, the shape of that, and what it costs.

mod add;
mod affine;
mod attention;
mod batch_norm;
mod border;
mod broadcast;
mod clamp;
mod concat;
mod constant;
mod conv2d;
mod div;
mod expand;
mod flatten;
mod function;
mod gather;
mod gelu;
mod group_norm;
mod hard_swish;
mod layer_norm;
mod leaky_relu;
mod linear;
mod lipschitz;
mod matmul;
mod maximum;
mod mean;
mod mul;
mod normalise;
mod pad;
mod pair;
mod permute;
mod pool_adaptive;
mod pool_average;
mod pool_max;
mod pool_mean;
mod power;
mod rectified_scores;
mod relu;
mod reshape;
mod roll;
mod scaled_product;
mod select;
mod shuffle;
mod sigmoid;
mod silu;
mod slice;
mod softmax;
mod spectral;
mod sub;
mod surround;
mod tanh;
mod tokens;
mod upsample;
mod window;

pub use add::Add;
pub use affine::Affine;
pub use attention::Attention;
pub use batch_norm::{BatchNorm, EPSILON};
pub use border::Border;
pub use clamp::Clamp;
pub use concat::Concat;
pub use constant::Constant;
pub use conv2d::Conv2d;
pub use div::Div;
pub use expand::Expand;
pub use flatten::Flatten;
pub use function::Function;
pub use gather::Gather;
pub use gelu::Gelu;
pub use group_norm::GroupNorm;
pub use hard_swish::HardSwish;
pub use layer_norm::LayerNorm;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use lipschitz::Lipschitz;
pub use matmul::MatMul;
pub use maximum::Maximum;
pub use mean::Mean;
pub use mul::Mul;
pub use normalise::Normalise;
pub use pad::Pad;
pub use pair::Pair;
pub use permute::Permute;
pub use pool_adaptive::PoolAdaptive;
pub use pool_average::PoolAverage;
pub use pool_max::PoolMax;
pub use pool_mean::PoolMean;
pub use power::Power;
pub use rectified_scores::RectifiedScores;
pub use relu::Relu;
pub use reshape::Reshape;
pub use roll::Roll;
pub use scaled_product::ScaledProduct;
pub use select::Select;
pub use shuffle::Shuffle;
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use slice::{Cut, Slice};
pub use softmax::Softmax;
pub use sub::Sub;
pub use surround::{Filling, Surround};
pub use tanh::Tanh;
pub use tokens::{MeanTokens, Tokens};
pub use upsample::Upsample;

use super::Shape;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// What an operator is.
pub trait Operator {
    /// What it is called in lists: `conv2d`.
    fn kind(&self) -> &'static str;

    /// The shape of its value.
    ///
    /// # Errors
    /// Says what is wrong with the shapes of what it takes.
    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String>;

    /// What it computes of a batch: every input has the batch as its first dimension, and so has the value.
    ///
    /// `tensors` are its parameters and statistics in the order of [`Operator::parameters`].
    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor>;

    /// The same while the network learns, where that differs.
    fn forward_training(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        self.forward(inputs, tensors)
    }

    /// What it learns, and what it remembers of the training data, given the shapes of what it takes.
    fn parameters(&self, _inputs: &[&[i64]]) -> Vec<Parameter> {
        Vec::new()
    }

    /// How far it takes two inputs apart at most; of most products and of attention nothing can be said that holds everywhere.
    fn lipschitz(&self, _shapes: &[&[i64]], _tensors: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::Unbounded)
    }

    /// The numbers that one image's work gathers at most at a time, and its multiplications; those of cheap operators do not count.
    fn work(&self, _inputs: &[&[i64]], _value: &[i64]) -> Work {
        Work::default()
    }
}

/// A tensor that belongs to an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name after that of the node: `weight`; nothing where it is called as the node is.
    pub name: &'static str,
    pub shape: Shape,
    pub role: Role,
}

/// What a tensor is to its operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Training adjusts it.
    Learned,
    /// A mean over the training data.
    Mean,
    /// A variance over the training data: not negative.
    Variance,
}

impl Parameter {
    /// Its name in a file, beside that of the node.
    pub(crate) fn of(&self, node: &str) -> String {
        match self.name {
            "" => node.to_owned(),
            own => format!("{node}.{own}"),
        }
    }

    fn learned(name: &'static str, shape: &[i64]) -> Self {
        Self {
            name,
            shape: shape.to_vec(),
            role: Role::Learned,
        }
    }
}

/// What an operator costs on one image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Multiplications and additions.
    pub multiply_adds: u64,
    /// The numbers that lie side by side at a time: each output's inputs.
    pub gathered: u64,
}

impl Work {
    /// Of `places` that each turn `reads` numbers into `writes` others.
    pub(crate) fn of(places: i64, reads: i64, writes: i64) -> Self {
        let [places, reads, writes] = [places, reads, writes].map(i64::unsigned_abs);
        Self {
            multiply_adds: places.saturating_mul(reads).saturating_mul(writes),
            gathered: places.saturating_mul(reads.max(writes)),
        }
    }
}

/// Any of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// The pixels, as they come.
    Input,
    Add(Add),
    Affine(Affine),
    Attention(Attention),
    BatchNorm(BatchNorm),
    Border(Border),
    Clamp(Clamp),
    Concat(Concat),
    Constant(Constant),
    Conv2d(Conv2d),
    Div(Div),
    Expand(Expand),
    Flatten(Flatten),
    Function(Function),
    Gather(Gather),
    Gelu(Gelu),
    GroupNorm(GroupNorm),
    HardSwish(HardSwish),
    LayerNorm(LayerNorm),
    LeakyRelu(LeakyRelu),
    Linear(Linear),
    MatMul(MatMul),
    Maximum(Maximum),
    Mean(Mean),
    MeanTokens(MeanTokens),
    Mul(Mul),
    Normalise(Normalise),
    Pad(Pad),
    Permute(Permute),
    PoolAdaptive(PoolAdaptive),
    PoolAverage(PoolAverage),
    PoolMax(PoolMax),
    PoolMean(PoolMean),
    Power(Power),
    RectifiedScores(RectifiedScores),
    Relu(Relu),
    Reshape(Reshape),
    Roll(Roll),
    ScaledProduct(ScaledProduct),
    Select(Select),
    Shuffle(Shuffle),
    Sigmoid(Sigmoid),
    Silu(Silu),
    Slice(Slice),
    Softmax(Softmax),
    Sub(Sub),
    Surround(Surround),
    Tanh(Tanh),
    Tokens(Tokens),
    Upsample(Upsample),
}

impl Op {
    /// The operator itself; the input computes nothing.
    pub fn operator(&self) -> Option<&dyn Operator> {
        Some(match self {
            Self::Input => return None,
            Self::Add(op) => op,
            Self::Affine(op) => op,
            Self::Attention(op) => op,
            Self::BatchNorm(op) => op,
            Self::Border(op) => op,
            Self::Clamp(op) => op,
            Self::Concat(op) => op,
            Self::Constant(op) => op,
            Self::Conv2d(op) => op,
            Self::Div(op) => op,
            Self::Expand(op) => op,
            Self::Flatten(op) => op,
            Self::Function(op) => op,
            Self::Gather(op) => op,
            Self::Gelu(op) => op,
            Self::GroupNorm(op) => op,
            Self::HardSwish(op) => op,
            Self::LayerNorm(op) => op,
            Self::LeakyRelu(op) => op,
            Self::Linear(op) => op,
            Self::MatMul(op) => op,
            Self::Maximum(op) => op,
            Self::Mean(op) => op,
            Self::MeanTokens(op) => op,
            Self::Mul(op) => op,
            Self::Normalise(op) => op,
            Self::Pad(op) => op,
            Self::Permute(op) => op,
            Self::PoolAdaptive(op) => op,
            Self::PoolAverage(op) => op,
            Self::PoolMax(op) => op,
            Self::PoolMean(op) => op,
            Self::Power(op) => op,
            Self::RectifiedScores(op) => op,
            Self::Relu(op) => op,
            Self::Reshape(op) => op,
            Self::Roll(op) => op,
            Self::ScaledProduct(op) => op,
            Self::Select(op) => op,
            Self::Shuffle(op) => op,
            Self::Sigmoid(op) => op,
            Self::Silu(op) => op,
            Self::Slice(op) => op,
            Self::Softmax(op) => op,
            Self::Sub(op) => op,
            Self::Surround(op) => op,
            Self::Tanh(op) => op,
            Self::Tokens(op) => op,
            Self::Upsample(op) => op,
        })
    }

    /// Its parameters, given the shapes of what it takes.
    pub fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        self.operator()
            .map_or_else(Vec::new, |op| op.parameters(inputs))
    }
}

/// `[C, H, W]` of the only input.
fn picture([input]: [&[i64]; 1]) -> Result<[i64; 3], String> {
    input
        .try_into()
        .map_err(|_| format!("takes channels, height and width, not {input:?}"))
}

/// The only input of an operator that takes one.
fn only<'a>(inputs: &[&'a [i64]]) -> Result<[&'a [i64]; 1], String> {
    inputs
        .try_into()
        .map_err(|_| format!("takes one value, not {}", inputs.len()))
}
