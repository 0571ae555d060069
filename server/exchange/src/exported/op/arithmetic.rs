//! Sums, products and their like, and what changes nothing.

use super::super::node::Node;
use crate::fold::number;
use crate::size::{Size, Whole};
use crate::tensor::DType;
use crate::trace::{Binary, Trace, Value};

pub(super) fn binary(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let get = |trace: &mut Trace, names: [&str; 2]| {
        let name = if node.has(names[0]) {
            names[0]
        } else {
            names[1]
        };
        trace.unrepeated(node.value(name)?)
    };
    let one = get(trace, ["self", "input"])?;
    let mut other = get(trace, ["other", "exponent"])?;
    if !node.text("rounding_mode").is_empty() {
        return Err("rounds its quotient".to_owned());
    }
    if let Some(alpha) = node.number("alpha")?.filter(|alpha| *alpha != 1.0) {
        let alpha = Value::Array(number::tensor("", DType::F64, &[], &[alpha]));
        other = trace.binary(Binary::Mul, &other, &alpha)?;
    }
    let by = match node.base {
        "add" => Binary::Add,
        "mul" => Binary::Mul,
        "div" => Binary::Div,
        "pow" => Binary::Pow,
        "maximum" => Binary::Max,
        "minimum" => Binary::Min,
        "fmod" => Binary::Rem,
        _ => Binary::Sub,
    };
    match (node.base, &one, &other) {
        // The quotient of whole numbers is none.
        ("div", Value::Whole(a), Value::Whole(b)) => {
            let (a, b) = (trace.numbers(a)?, trace.numbers(b)?);
            trace.binary(by, &Value::Array(a), &Value::Array(b))
        }
        ("rsub", ..) => trace.binary(by, &other, &one),
        _ => trace.binary(by, &one, &other),
    }
}

/// `self + value · tensor1 · tensor2`.
pub(super) fn add_product(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let scale = node.number("value")?.unwrap_or(1.0);
    let scale = Value::Array(number::tensor("", DType::F64, &[], &[scale]));
    let product = trace.binary(
        Binary::Mul,
        &node.value("tensor1")?,
        &node.value("tensor2")?,
    )?;
    let product = trace.binary(Binary::Mul, &product, &scale)?;
    trace.binary(Binary::Add, &node.value("self")?, &product)
}

/// Copies, and conversions between kinds of numbers.
pub(super) fn pass(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let value = node.value("self")?;
    let kind = node.proto.inputs.iter().find_map(|input| match input.arg {
        super::super::schema::Argument::AsScalarType(kind) => Some(kind),
        _ => None,
    });
    let Some(kind) = kind else { return Ok(value) };
    let is_float = matches!(kind, 6..=8 | 13);
    match value {
        Value::Traced(_) if !is_float => {
            Err("makes whole numbers of the network's values".to_owned())
        }
        Value::Whole(whole) if is_float && whole.known().is_ok() => {
            trace.numbers(&whole).map(Value::Array)
        }
        Value::Array(array) if !is_float => {
            let numbers = number::numbers(&array);
            let values = numbers.iter().map(|n| Size::plain(n.trunc() as i64));
            Whole::new(array.shape.clone(), values.collect()).map(Value::Whole)
        }
        other => Ok(other),
    }
}

/// Nothing, once a network is no longer trained.
pub(super) fn dropout(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let name = if node.has("input") { "input" } else { "self" };
    match node.flag("train", true)? && node.number("p")? != Some(0.0) {
        true => Err("is in training mode; export the network in eval mode".to_owned()),
        false => node.value(name),
    }
}
