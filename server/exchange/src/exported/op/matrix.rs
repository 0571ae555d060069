//! Linear layers, products of matrices, and attention.

use super::super::node::Node;
use crate::fold::arrange::reshape;
use crate::fold::number;
use crate::trace::{Trace, Value, transposed};

pub(super) fn linear(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("input")?;
    let weight = node.array(trace, "weight")?;
    let bias = node.optional_array(trace, "bias")?;
    let value = trace.linear(&x, &weight, bias.as_ref())?;
    Ok(Value::Traced(value))
}

/// `beta · self + alpha · mat1 mat2`.
pub(super) fn addmm(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("mat1")?;
    let weight = node.array(trace, "mat2")?;
    if weight.shape.len() != 2 {
        return Err(format!("multiplies by {:?}", weight.shape));
    }
    let mut weight = transposed(trace, &weight)?;
    let mut bias = node.array(trace, "self")?;
    for (name, tensor) in [("alpha", &mut weight), ("beta", &mut bias)] {
        if let Some(factor) = node.number(name)?.filter(|factor| *factor != 1.0) {
            trace.spend(&tensor.shape, 16)?;
            *tensor = number::map(tensor, |number| number * factor);
        }
    }
    let value = trace.linear(&x, &weight, Some(&bias))?;
    Ok(Value::Traced(value))
}

pub(super) fn matmul(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let one = node.value("self")?;
    let other = match node.has("mat2") {
        true => node.value("mat2")?,
        false => node.value("other")?,
    };
    let one = trace.unrepeated(one)?;
    // The same matrix for every row is one linear layer.
    let other = match (&one, other) {
        (Value::Traced(_), Value::Repeated(array, shape))
            if array.shape.len() == shape.len()
                && array.shape[..shape.len().saturating_sub(2)]
                    .iter()
                    .all(|size| *size == 1) =>
        {
            let matrix = array.shape[array.shape.len() - 2..].to_vec();
            Value::Array(reshape(&array, &matrix)?)
        }
        (_, other) => trace.unrepeated(other)?,
    };
    trace.matmul(&one, &other).map(Value::Traced)
}

/// The transpose of a matrix of weights.
pub(super) fn turned(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    match node.value("self")? {
        Value::Array(array) if array.shape.len() == 2 => {
            transposed(trace, &array).map(Value::Array)
        }
        Value::Array(array) if array.shape.len() < 2 => Ok(Value::Array(array)),
        _ => Err("turns something other than weights".to_owned()),
    }
}

pub(super) fn attention(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    if node.has("attn_mask") || node.has("attn_bias") || node.flag("is_causal", false)? {
        return Err("has a mask, which is not read".to_owned());
    }
    if node.number("dropout_p")?.unwrap_or(0.0) != 0.0 {
        return Err("is in training mode; export the network in eval mode".to_owned());
    }
    let [query, key, value] = [
        node.traced("query")?,
        node.traced("key")?,
        node.traced("value")?,
    ];
    let scale = node.number("scale")?;
    let value = trace.attention([&query, &key, &value], scale)?;
    Ok(Value::Traced(value))
}
