//! What guards the softmax of an attention against rows of which all is masked.
//!
//! Without a mask the scores are finite, so that the comparison with −∞ is false everywhere, and what follows from it is known.

use super::super::node::Node;
use crate::trace::{Trace, Value};

pub(super) fn mask(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let refused = || "compares values of the network, which is not read".to_owned();
    match node.base {
        "eq" => match (node.value("self")?, node.number("other")?) {
            (Value::Traced(_), Some(f64::NEG_INFINITY | f64::INFINITY)) => {
                Ok(Value::Everywhere(false))
            }
            _ => Err(refused()),
        },
        "where" => match node.value("condition")? {
            Value::Everywhere(true) => node.value("self"),
            Value::Everywhere(false) => node.value("other"),
            _ => Err(refused()),
        },
        base => match node.value("self")? {
            Value::Everywhere(value) => Ok(Value::Everywhere(value != (base == "logical_not"))),
            _ => Err(refused()),
        },
    }
}
