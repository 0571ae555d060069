//! Sizes that are computed with, and constants that are made.

use super::super::node::Node;
use crate::size::{Size, Whole};
use crate::tensor::DType;
use crate::trace::{Trace, Value};

/// The size of a dimension.
pub(super) fn of(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let axis = x.axis(node.int("dim", 0)?)?;
    Ok(Value::Whole(Whole::scalar(x.dims[axis])))
}

/// Of two sizes.
pub(super) fn arithmetic(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let one = |name: &str| -> Result<Size, String> {
        match node.sizes(name)?.as_deref() {
            Some([size]) => Ok(*size),
            _ => Err("computes with something other than sizes".to_owned()),
        }
    };
    let a = one("a")?;
    let value = match node.proto.target.as_str() {
        "_operator.add" => a.add(one("b")?)?,
        "_operator.sub" => a.add(one("b")?.neg()?)?,
        "_operator.mul" => a.mul(one("b")?)?,
        "_operator.neg" => a.neg()?,
        _ => a.div(one("b")?)?,
    };
    Ok(Value::Whole(Whole::scalar(value)))
}

/// One number everywhere.
pub(super) fn filled(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let target = match (node.base, node.has("size")) {
        ("scalar_tensor", _) => Vec::new(),
        (_, true) => node.sizes("size")?.unwrap_or_default(),
        (_, false) => match node.value("self")? {
            Value::Traced(x) => x.dims,
            Value::Array(array) => array.shape.into_iter().map(Size::plain).collect(),
            _ => return Err("does not say which shape it makes".to_owned()),
        },
    };
    let value = match node.base {
        "full" | "full_like" | "new_full" => node.number("fill_value")?.unwrap_or(0.0),
        "scalar_tensor" => node.number("s")?.unwrap_or(0.0),
        "ones" | "ones_like" | "new_ones" => 1.0,
        _ => 0.0,
    };
    // As large as a value of the network, and mostly for a mask that is nowhere: not worth its memory.
    match target.iter().filter(|size| size.batch).count() {
        0 => trace.filled(value, DType::F32, &target),
        _ if node.base.ends_with("_like") => Ok(Value::Absent),
        _ => trace.filled(value, DType::F32, &target),
    }
}

/// Whole numbers in a row.
pub(super) fn counted(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let (from, to, by) = (
        node.int("start", 0)?,
        node.int("end", 0)?,
        node.int("step", 1)?,
    );
    let many = match by {
        1.. => {
            let length = to.saturating_sub(from).max(0);
            length / by + i64::from(length % by != 0)
        }
        _ => return Err("counts backwards".to_owned()),
    };
    if many > crate::limits::MOST_WHOLE as i64 {
        return Err(format!("counts {many} numbers"));
    }
    trace.spend(&[many], 16)?;
    let values = (0..many).map(|place| Size::plain(from.wrapping_add(by.wrapping_mul(place))));
    Ok(Value::Whole(Whole::row(values.collect())))
}
