//! Sums, products and their like, and what changes nothing.

use super::super::node::Node;
use crate::fold::number;
use crate::size::{Size, Whole};
use crate::trace::{Binary, Trace, Value};

/// Of two values; `Sum`, `Max` and `Min` of any number of them.
pub(super) fn binary(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let by = match node.proto.operator.as_str() {
        "Add" | "Sum" => Binary::Add,
        "Div" => Binary::Div,
        "Max" => Binary::Max,
        "Min" => Binary::Min,
        "Mod" => Binary::Rem,
        "Mul" => Binary::Mul,
        "Pow" => Binary::Pow,
        _ => Binary::Sub,
    };
    let [first, others @ ..] = node.inputs.as_slice() else {
        return Err("takes nothing".to_owned());
    };
    let mut value = first.clone();
    for other in others {
        value = trace.binary(by, &value, other)?;
    }
    Ok(value)
}

/// What leaves a value as it is, once a network is no longer trained.
pub(super) fn pass(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let training = node.proto.operator == "Dropout"
        && matches!(node.input(2), Value::Whole(whole) if whole.values.iter().any(|v| v.value != 0));
    if training {
        return Err("is in training mode; export the network in eval mode".to_owned());
    }
    let value = node.input(0);
    if node.proto.operator != "Cast" {
        return Ok(value.clone());
    }
    let is_float = matches!(node.int("to", 0), 1 | 10 | 11 | 16);
    match value {
        Value::Array(array) if !is_float => {
            let numbers = number::numbers(array);
            let values = numbers.iter().map(|n| Size::plain(n.trunc() as i64));
            Whole::new(array.shape.clone(), values.collect()).map(Value::Whole)
        }
        Value::Traced(_) if !is_float => {
            Err("makes whole numbers of the network's values".to_owned())
        }
        // Sizes that become numbers and sizes again stay whole, unless arithmetic needs them.
        Value::Whole(whole) if is_float && whole.known().is_ok() => {
            trace.numbers(whole).map(Value::Array)
        }
        other => Ok(other.clone()),
    }
}
