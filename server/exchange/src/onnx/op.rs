//! ONNX's operators by family: each file has the functions of one, and this the table of all.

mod activation;
mod arithmetic;
mod arrange;
mod mask;
mod matrix;
mod norm;
mod part;
mod reduce;
mod whole;
mod window;

use super::node::Node;
use crate::trace::{Trace, Value};

/// Adds what a node computes.
pub(super) type Operator = fn(&mut Trace, &Node<'_>) -> Result<Value, String>;

/// What an operator does, where it is known.
pub(super) fn operator(name: &str) -> Option<Operator> {
    Some(match name {
        "Abs" | "Elu" | "Erf" | "Exp" | "Gelu" | "HardSigmoid" | "HardSwish" | "LeakyRelu"
        | "Log" | "Neg" | "Reciprocal" | "Relu" | "Sigmoid" | "Softplus" | "Sqrt" | "Tanh" => {
            activation::pointwise
        }
        "Clip" => activation::clip,
        "Add" | "Div" | "Max" | "Min" | "Mod" | "Mul" | "Pow" | "Sub" | "Sum" => arithmetic::binary,
        "Cast" | "Dropout" | "Identity" => arithmetic::pass,
        "Conv" => window::conv,
        "MaxPool" | "AveragePool" => window::pool,
        "GlobalAveragePool" | "GlobalMaxPool" => window::global,
        "Resize" | "Upsample" => window::resize,
        "Gemm" => matrix::gemm,
        "MatMul" => matrix::matmul,
        "BatchNormalization" => norm::batch,
        "LayerNormalization" => norm::layer,
        "InstanceNormalization" | "GroupNormalization" => norm::group,
        "ReduceMean" | "ReduceSum" | "ReduceMax" => reduce::reduce,
        "Softmax" | "LogSoftmax" => reduce::softmax,
        "Flatten" => arrange::flatten,
        "Reshape" => arrange::reshape,
        "Squeeze" => arrange::squeeze,
        "Unsqueeze" => arrange::unsqueeze,
        "Transpose" => arrange::transpose,
        "Expand" => arrange::expand,
        "Concat" => part::concat,
        "Gather" => part::gather,
        "Pad" => part::pad,
        "Slice" => part::slice,
        "Split" => part::split,
        "Constant" => whole::constant,
        "ConstantOfShape" => whole::constant_of_shape,
        "Equal" => mask::equal,
        "Not" => mask::not,
        "ScatterND" => mask::scatter,
        "Range" => whole::range,
        "Shape" => whole::shape,
        "Size" => whole::size,
        "Where" => mask::choose,
        _ => return None,
    })
}

/// Whether a name is that of an operator on small whole numbers.
pub(super) fn is_quantised(name: &str) -> bool {
    ["Quantize", "QLinear", "Integer", "QGemm", "QAttention"]
        .iter()
        .any(|part| name.contains(part))
}
