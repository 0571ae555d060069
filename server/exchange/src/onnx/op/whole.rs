//! Constants, and whole numbers that are computed with: shapes, ranges, choices.

use super::super::node::Node;
use super::super::tensor;
use crate::fold::arrange::Walk;
use crate::fold::number;
use crate::size::{Size, Whole};
use crate::tensor::DType;
use crate::trace::{Trace, Value};

pub(super) fn constant(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let floats = |values: &[f32], shape: &[i64]| {
        let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
        Value::Array(number::tensor("", DType::F32, shape, &values))
    };
    if let Some(t) = node.get("value").and_then(|attribute| attribute.t.as_ref()) {
        let value = tensor::value(t)?;
        // Its output is what the file calls it.
        return Ok(match (value, node.proto.outputs.first()) {
            (Value::Array(array), Some(name)) if array.name.is_empty() => {
                let name = name.clone();
                Value::Array(crate::tensor::TensorData { name, ..array })
            }
            (value, _) => value,
        });
    }
    if let Some(attribute) = node.get("value_int") {
        return Ok(Value::Whole(Whole::scalar(Size::plain(attribute.i))));
    }
    if let Some(ints) = node.ints("value_ints") {
        let values: Vec<Size> = ints.iter().copied().map(Size::plain).collect();
        return Whole::new(vec![values.len() as i64], values).map(Value::Whole);
    }
    if let Some(attribute) = node.get("value_float") {
        return Ok(floats(&[attribute.f], &[]));
    }
    if let Some(attribute) = node.get("value_floats") {
        return Ok(floats(&attribute.floats, &[attribute.floats.len() as i64]));
    }
    Err("has a value of a kind that is not read".to_owned())
}

pub(super) fn constant_of_shape(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let target = node.whole(0)?.values.clone();
    let value = node.get("value").and_then(|attribute| attribute.t.as_ref());
    match value.map(tensor::value).transpose()? {
        None => trace.filled(0.0, DType::F32, &target),
        Some(Value::Array(array)) => {
            let single = number::single(&array).ok_or("repeats more than one number")?;
            trace.filled(single, array.dtype, &target)
        }
        Some(Value::Whole(whole)) => {
            let shape: Result<Vec<i64>, String> = target.iter().map(|size| size.known()).collect();
            let shape = shape?;
            trace.spend(&shape, 16)?;
            let one = Whole {
                shape: Vec::new(),
                values: whole.values.into_iter().take(1).collect(),
            };
            if one.values.is_empty() {
                return Err("repeats nothing".to_owned());
            }
            let walk = Walk::of(&one.shape).expand(&shape)?;
            walk.through_whole(&one).map(Value::Whole)
        }
        Some(_) => Err("repeats no number".to_owned()),
    }
}

pub(super) fn shape(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let dims: Vec<Size> = match node.input(0) {
        Value::Traced(x) => x.dims.clone(),
        Value::Array(array) => array.shape.iter().copied().map(Size::plain).collect(),
        Value::Whole(whole) => whole.shape.iter().copied().map(Size::plain).collect(),
        _ => return Err("takes a value that is not there".to_owned()),
    };
    let rank = dims.len() as i64;
    let place = |at: i64| if at < 0 { at.saturating_add(rank) } else { at }.clamp(0, rank) as usize;
    let (from, to) = (place(node.int("start", 0)), place(node.int("end", rank)));
    Ok(Value::Whole(Whole::row(
        dims.get(from..to).unwrap_or_default().to_vec(),
    )))
}

pub(super) fn size(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let mut product = Size::plain(1);
    for size in &node.traced(0)?.dims {
        product = product.mul(*size)?;
    }
    Ok(Value::Whole(Whole::scalar(product)))
}

pub(super) fn range(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let one = |place: usize| -> Result<i64, String> {
        let known = node.whole(place)?.known()?;
        known
            .first()
            .copied()
            .ok_or_else(|| "lacks a number".to_owned())
    };
    let (from, to, by) = (one(0)?, one(1)?, one(2)?);
    let many = match by {
        0 => return Err("counts by 0".to_owned()),
        _ => {
            let length = i128::from(to) - i128::from(from);
            let by = i128::from(by);
            (length / by + i128::from(length % by != 0)).max(0)
        }
    };
    let most = crate::limits::MOST_WHOLE as i128;
    if many > most {
        return Err(format!("counts {many} numbers"));
    }
    let many = many as i64;
    trace.spend(&[many], 16)?;
    let values = (0..many).map(|place| Size::plain(from.wrapping_add(by.wrapping_mul(place))));
    Ok(Value::Whole(Whole::row(values.collect())))
}
