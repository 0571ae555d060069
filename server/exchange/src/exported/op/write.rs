//! Numbers written over others.

use super::super::node::Node;
use crate::fold::number;
use crate::trace::{Trace, Value};

/// One number in the shape of a constant.
pub(super) fn fill(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let value = node.number("value")?.ok_or("fills with nothing")?;
    match trace.unrepeated(node.value("self")?)? {
        Value::Array(array) => {
            trace.spend(&array.shape, 16)?;
            Ok(Value::Array(number::map(&array, |_| value)))
        }
        Value::Traced(_) => Err("fills a value of the network".to_owned()),
        _ => Err("fills something other than numbers".to_owned()),
    }
}

/// The second value in the shape of the first.
pub(super) fn copy(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    match (node.value("self")?, node.value("src")?) {
        (Value::Traced(over), Value::Traced(new)) if over.dims == new.dims => {
            Ok(Value::Traced(new))
        }
        (Value::Traced(_), _) | (_, Value::Traced(_)) => {
            Err("copies between constants and values of the network, or to other shapes".to_owned())
        }
        (over, new) => trace.copied(over, new),
    }
}

/// A constant with every `step`-th place of a dimension written over.
pub(super) fn scatter(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let (axis, by) = node.slice()?;
    trace.scattered(node.value("self")?, node.value("src")?, axis, by)
}
