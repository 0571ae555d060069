//! Means, sums and maxima over dimensions, and the softmax.

use super::super::node::Node;
use crate::op::Op;
use crate::size::Size;
use crate::trace::{Reduce, Trace, Traced, Value};

pub(super) fn reduce(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let by = match node.proto.operator.as_str() {
        "ReduceMean" => Reduce::Mean,
        "ReduceSum" => Reduce::Sum,
        _ => Reduce::Max,
    };
    let axes = node.axes(1)?.filter(|axes| !axes.is_empty());
    if let Value::Traced(x) = node.input(0)
        && axes.is_none()
        && node.flag("noop_with_empty_axes", false)
    {
        return Ok(Value::Traced(x.clone()));
    }
    let x = node.traced(0)?;
    let axes = axes.ok_or("works along all dimensions, the batch among them")?;
    let value = trace.reduce(by, x, &axes, node.flag("keepdims", true))?;
    Ok(Value::Traced(value))
}

/// Along one dimension from opset 13 on, along all from one on before.
pub(super) fn softmax(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let value = match node.opset < 13 {
        false => trace.softmax(x, node.int("axis", -1))?,
        true => flattened(trace, x, x.axis(node.int("axis", 1))?)?,
    };
    match node.proto.operator.as_str() {
        "Softmax" => Ok(Value::Traced(value)),
        _ => trace.unary(&value, Op::Log).map(Value::Traced),
    }
}

fn flattened(trace: &mut Trace, x: &Traced, axis: usize) -> Result<Traced, String> {
    let is_alone = x.dims[axis + 1..]
        .iter()
        .all(|size| *size == Size::plain(1));
    if is_alone {
        return trace.softmax(x, axis as i64);
    }
    let row = trace.flatten(x, axis, x.rank() - 1)?;
    let row = trace.softmax(&row, axis as i64)?;
    trace.reshape(&row, &x.dims)
}
