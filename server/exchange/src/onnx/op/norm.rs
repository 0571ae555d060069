//! Batch norm, layer norm and group norm.

use super::super::node::Node;
use crate::tensor::TensorData;
use crate::trace::{Trace, Value};

pub(super) fn batch(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    if node.flag("training_mode", false) || node.proto.outputs.iter().skip(1).any(|o| !o.is_empty())
    {
        return Err("is in training mode; export the network in eval mode".to_owned());
    }
    let affine = [Some(node.array(1)?), Some(node.array(2)?)];
    let statistics = [node.array(3)?, node.array(4)?];
    let epsilon = node.float("epsilon", 1e-5);
    let value = trace.batch_norm(node.traced(0)?, affine, statistics, epsilon)?;
    Ok(Value::Traced(value))
}

pub(super) fn layer(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let axis = x.axis(node.int("axis", -1))?;
    let affine = [node.optional_array(1)?, node.optional_array(2)?];
    let epsilon = node.float("epsilon", 1e-5);
    let value = trace.layer_norm(x, x.rank() - axis, affine, epsilon)?;
    Ok(Value::Traced(value))
}

/// Instance norm is group norm with as many groups as channels.
pub(super) fn group(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let channels = x.dims.get(1).map_or(0, |size| size.value);
    let is_instance = node.proto.operator == "InstanceNormalization";
    let affine: [&TensorData; 2] = [node.array(1)?, node.array(2)?];
    let groups = match is_instance {
        true => channels,
        false => node.int("num_groups", 0),
    };
    let fits = affine.iter().all(|tensor| tensor.shape == [channels]);
    if !fits {
        return Err("scales groups and not channels, which is not read".to_owned());
    }
    let epsilon = node.float("epsilon", 1e-5);
    let value = trace.group_norm(x, groups, affine.map(Some), epsilon)?;
    Ok(Value::Traced(value))
}
