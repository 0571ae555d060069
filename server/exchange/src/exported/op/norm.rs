//! Batch norm, layer norm and group norm.

use super::super::node::Node;
use crate::trace::{Trace, Value};

pub(super) fn batch(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("input")?;
    let weight = node.optional_array(trace, "weight")?;
    let bias = node.optional_array(trace, "bias")?;
    let mean = node.optional_array(trace, "running_mean")?;
    let variance = node.optional_array(trace, "running_var")?;
    let (Some(mean), Some(variance), false) = (mean, variance, node.flag("training", false)?)
    else {
        return Err(
            "is in training mode or keeps no statistics; export the network in eval mode"
                .to_owned(),
        );
    };
    let epsilon = node.number("eps")?.unwrap_or(1e-5);
    let affine = [weight.as_ref(), bias.as_ref()];
    let value = trace.batch_norm(&x, affine, [&mean, &variance], epsilon)?;
    Ok(Value::Traced(value))
}

pub(super) fn layer(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("input")?;
    let shape = node.ints("normalized_shape")?.unwrap_or_default();
    let last = x.dims.iter().rev().zip(shape.iter().rev());
    if !last.clone().all(|(size, own)| size.known() == Ok(*own)) || shape.len() > x.rank() {
        return Err(format!("normalises {shape:?} of {}", x.words()));
    }
    let weight = node.optional_array(trace, "weight")?;
    let bias = node.optional_array(trace, "bias")?;
    let epsilon = node.number("eps")?.unwrap_or(1e-5);
    let affine = [weight.as_ref(), bias.as_ref()];
    let value = trace.layer_norm(&x, shape.len(), affine, epsilon)?;
    Ok(Value::Traced(value))
}

pub(super) fn group(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("input")?;
    let name = if node.has("num_groups") {
        "num_groups"
    } else {
        "group"
    };
    let groups = node.int(name, 0)?;
    let weight = node.optional_array(trace, "weight")?;
    let bias = node.optional_array(trace, "bias")?;
    let epsilon = node.number("eps")?.unwrap_or(1e-5);
    let affine = [weight.as_ref(), bias.as_ref()];
    let value = trace.group_norm(&x, groups, affine, epsilon)?;
    Ok(Value::Traced(value))
}
