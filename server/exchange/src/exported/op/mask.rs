//! Comparisons and what is chosen by them: masks that depend on no image, and what guards a softmax.
//!
//! The softmax of an attention is guarded against rows of which all is masked. Without a mask the scores are finite,
//! so that the comparison with −∞ is false everywhere, and what follows from it is known.

use super::super::node::Node;
use crate::trace::{Trace, Value};

pub(super) fn mask(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let refused = || "compares values of the network, which is not read".to_owned();
    match node.base {
        "eq" | "ne" => {
            let is_equal = node.base == "eq";
            match (node.value("self")?, node.value("other")?) {
                (Value::Traced(_), _) => match node.number("other")? {
                    Some(f64::NEG_INFINITY | f64::INFINITY) => Ok(Value::Everywhere(!is_equal)),
                    _ => Err(refused()),
                },
                (_, Value::Traced(_)) => Err(refused()),
                (one, other) => trace.compared(one, other, is_equal),
            }
        }
        "where" => {
            let (one, other) = (node.value("self")?, node.value("other")?);
            choose(trace, node.value("condition")?, one, other)
        }
        "masked_fill" => {
            let (value, rest) = (node.value("value")?, node.value("self")?);
            choose(trace, node.value("mask")?, value, rest)
        }
        base => match node.value("self")? {
            Value::Everywhere(value) => Ok(Value::Everywhere(value != (base == "logical_not"))),
            _ => Err(refused()),
        },
    }
}

fn choose(trace: &mut Trace, by: Value, one: Value, other: Value) -> Result<Value, String> {
    match (by, one, other) {
        (Value::Everywhere(true), one, _) => Ok(one),
        (Value::Everywhere(false), _, other) => Ok(other),
        (Value::Traced(_), ..) | (_, Value::Traced(_), _) | (.., Value::Traced(_)) => {
            Err("chooses between values of the network, which is not read".to_owned())
        }
        (by, one, other) => trace.chosen(by, one, other),
    }
}
