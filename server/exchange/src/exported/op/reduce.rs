//! Means, sums and maxima over dimensions, and the softmax.

use super::super::node::Node;
use crate::op::Op;
use crate::trace::{Reduce, Trace, Value};

pub(super) fn reduce(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let by = match node.base {
        "mean" => Reduce::Mean,
        "sum" => Reduce::Sum,
        _ => Reduce::Max,
    };
    let x = node.traced("self")?;
    let axes = node.ints("dim")?.unwrap_or_default();
    let value = trace.reduce(by, &x, &axes, node.flag("keepdim", false)?)?;
    Ok(Value::Traced(value))
}

pub(super) fn softmax(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let value = trace.softmax(&x, node.int("dim", -1)?)?;
    match node.base.contains("log") {
        true => trace.unary(&value, Op::Log).map(Value::Traced),
        false => Ok(Value::Traced(value)),
    }
}
