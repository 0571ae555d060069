//! Constants that are compared, chosen from and written over.

use super::super::node::Node;
use crate::size::{Size, Whole};
use crate::trace::{Trace, Value};

/// The values that a node takes, all of them constants.
fn constants<const N: usize>(node: &Node<'_>) -> Result<[Value; N], String> {
    let values = std::array::from_fn(|place| node.input(place).clone());
    match values.iter().any(|value| matches!(value, Value::Traced(_))) {
        true => Err("compares or chooses values of the network, which is not read".to_owned()),
        false => Ok(values),
    }
}

pub(super) fn equal(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let [one, other] = constants(node)?;
    trace.compared(one, other, true)
}

pub(super) fn not(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let [of] = constants(node)?;
    let zero = Value::Whole(Whole::scalar(Size::plain(0)));
    trace.compared(of, zero, true)
}

/// One number or another.
pub(super) fn choose(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let [by, one, other] = constants(node)?;
    trace.chosen(by, one, other)
}

/// Numbers written over others at places.
pub(super) fn scatter(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let [of, places, parts] = constants(node)?;
    match (node.text("reduction").as_ref(), places) {
        ("" | "none", Value::Whole(places)) => trace.scattered_at(of, &places, parts),
        ("" | "none", _) => Err("takes places that are no whole numbers".to_owned()),
        (other, _) => Err(format!("writes over by {other}, which is not known")),
    }
}
