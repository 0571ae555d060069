//! PyTorch's operators by family: each file has the functions of one, and this the table of all.

mod activation;
mod arithmetic;
mod arrange;
mod mask;
mod matrix;
mod norm;
mod part;
mod reduce;
mod size;
mod window;
mod write;

use super::node::Node;
use crate::trace::{Trace, Value};

/// Adds what a node computes.
pub(super) type Operator = fn(&mut Trace, &Node<'_>) -> Result<Value, String>;

const ATEN: &str = "torch.ops.aten.";

/// The name of an operator without its variant, and whether it changes its first value in place.
pub(super) fn base(target: &str) -> (&str, bool) {
    let Some(name) = target.strip_prefix(ATEN) else {
        return (target, false);
    };
    let name = name.split('.').next().unwrap_or(name);
    match name.strip_suffix('_') {
        Some(base) if !base.is_empty() => (base, true),
        _ => (name, false),
    }
}

/// Whether a node only asserts something.
pub(super) fn is_passed_over(target: &str) -> bool {
    let name = target.strip_prefix(ATEN).unwrap_or(target);
    name.starts_with("_assert")
        || name.starts_with("sym_constrain_range")
        || matches!(
            target,
            "_operator.eq"
                | "_operator.ne"
                | "_operator.ge"
                | "_operator.gt"
                | "_operator.le"
                | "_operator.lt"
                | "_operator.and_"
        )
}

/// Whether a name is that of an operator on small whole numbers.
pub(super) fn is_quantised(target: &str) -> bool {
    target.contains("quantize") || target.contains("_q_") || target.contains("fake_quant")
}

/// What an operator does, where it is known.
pub(super) fn operator(target: &str, base: &str) -> Option<Operator> {
    if !target.starts_with(ATEN) {
        return match target {
            "_operator.add" | "_operator.sub" | "_operator.mul" | "_operator.floordiv"
            | "_operator.neg" => Some(size::arithmetic),
            "_operator.getitem" => Some(part::item),
            _ => None,
        };
    }
    Some(match base {
        "abs" | "elu" | "erf" | "exp" | "gelu" | "hardsigmoid" | "hardswish" | "leaky_relu"
        | "log" | "neg" | "reciprocal" | "relu" | "relu6" | "rsqrt" | "sigmoid" | "silu"
        | "softplus" | "sqrt" | "square" | "tanh" => activation::pointwise,
        "clamp" | "clamp_max" | "clamp_min" | "hardtanh" => activation::clamp,
        "add" | "sub" | "mul" | "div" | "pow" | "rsub" | "maximum" | "minimum" | "fmod" => {
            arithmetic::binary
        }
        "addcmul" => arithmetic::add_product,
        "alias" | "clone" | "contiguous" | "detach" | "lift_fresh_copy" | "to" | "_to_copy"
        | "type_as" => arithmetic::pass,
        "copy" => write::copy,
        "fill" => write::fill,
        "slice_scatter" => write::scatter,
        "dropout" | "native_dropout" | "feature_dropout" | "alpha_dropout" => arithmetic::dropout,
        "conv2d" | "convolution" => window::conv,
        "max_pool2d" | "max_pool2d_with_indices" | "avg_pool2d" => window::pool,
        "adaptive_avg_pool2d" | "_adaptive_avg_pool2d" => window::adaptive,
        "upsample_nearest2d" => window::upsample,
        "linear" => matrix::linear,
        "addmm" => matrix::addmm,
        "matmul" | "bmm" | "mm" => matrix::matmul,
        "t" | "numpy_T" => matrix::turned,
        "scaled_dot_product_attention"
        | "_scaled_dot_product_flash_attention_for_cpu"
        | "_scaled_dot_product_flash_attention"
        | "_scaled_dot_product_efficient_attention" => matrix::attention,
        "batch_norm" | "_native_batch_norm_legit_no_training" => norm::batch,
        "layer_norm" | "native_layer_norm" => norm::layer,
        "group_norm" | "native_group_norm" => norm::group,
        "mean" | "sum" | "amax" => reduce::reduce,
        "softmax" | "_softmax" | "log_softmax" | "_log_softmax" => reduce::softmax,
        "view" | "reshape" | "_unsafe_view" => arrange::view,
        "as_strided" => arrange::strided,
        "flatten" => arrange::flatten,
        "unflatten" => arrange::unflatten,
        "squeeze" => arrange::squeeze,
        "unsqueeze" => arrange::unsqueeze,
        "permute" => arrange::permute,
        "transpose" => arrange::transpose,
        "expand" => arrange::expand,
        "cat" | "stack" => part::concat,
        "chunk" | "split" | "split_with_sizes" | "unbind" => part::split,
        "select" | "slice" | "narrow" => part::part,
        "index" | "index_select" => part::index,
        "constant_pad_nd" | "pad" | "reflection_pad2d" | "replication_pad2d" => part::pad,
        "roll" => part::roll,
        "full" | "zeros" | "ones" | "full_like" | "zeros_like" | "ones_like" | "new_full"
        | "new_zeros" | "new_ones" | "scalar_tensor" => size::filled,
        "arange" => size::counted,
        "sym_size" => size::of,
        "eq" | "ne" | "logical_not" | "any" | "where" | "masked_fill" => mask::mask,
        _ => return None,
    })
}
