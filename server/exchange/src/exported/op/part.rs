//! Parts of values, and values behind each other.

use super::super::node::Node;
use crate::op::PadMode;
use crate::size::Whole;
use crate::trace::{Trace, Value, from_end, pick};

pub(super) fn concat(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let Value::List(parts) = node.value("tensors")? else {
        return Err("joins no tensors".to_owned());
    };
    let axis = node.int("dim", 0)?;
    let mut values = Vec::with_capacity(parts.len());
    for part in parts {
        values.push(match (node.base, trace.unrepeated(part)?) {
            ("stack", Value::Traced(x)) => Value::Traced(trace.unsqueeze(&x, &[axis])?),
            ("stack", _) => return Err("stacks constants".to_owned()),
            (_, part) => part,
        });
    }
    trace.concat_any(&values, axis)
}

pub(super) fn split(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let axis = x.axis(node.int("dim", 0)?)?;
    let size = x.dims[axis].value;
    if node.base == "unbind" {
        x.dim(axis)?;
        let mut parts = Vec::new();
        for index in 0..size.min(1 << 16) {
            parts.push(Value::Traced(trace.select(&x, axis as i64, index)?));
        }
        return Ok(Value::List(parts));
    }
    let sizes = match node.base {
        "split_with_sizes" => node.ints("split_sizes")?.unwrap_or_default(),
        _ => {
            let each = match node.base {
                "chunk" => {
                    let chunks = node.int("chunks", 1)?.max(1);
                    size / chunks + i64::from(size % chunks != 0)
                }
                _ => match node.ints("split_size")?.as_deref() {
                    Some([each]) => *each,
                    Some(sizes) => {
                        return trace.split(&x, axis, sizes).map(Value::List);
                    }
                    None => 0,
                },
            };
            if each < 1 {
                return Err(format!("parts {} into nothing", x.words()));
            }
            let whole = std::iter::repeat_n(each, (size / each) as usize);
            whole
                .chain((size % each != 0).then_some(size % each))
                .collect()
        }
    };
    trace.split(&x, axis, &sizes).map(Value::List)
}

/// One of several values.
pub(super) fn item(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let Value::List(parts) = node.value("a")? else {
        return Err("takes one of several values that are not there".to_owned());
    };
    let place = from_end(node.int("b", 0)?, parts.len())?;
    Ok(parts[place].clone())
}

pub(super) fn part(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axis = node.int("dim", 0)?;
    let value = trace.unrepeated(node.value("self")?)?;
    if node.base == "select" {
        let index = node.int("index", 0)?;
        return match value {
            Value::Traced(x) => trace.select(&x, axis, index).map(Value::Traced),
            constant => {
                let index = Whole::scalar(crate::size::Size::plain(index));
                pick(trace, &constant, axis, &index)
            }
        };
    }
    let start = node.int("start", 0)?;
    let end = match node.base {
        "narrow" => start.saturating_add(node.int("length", 0)?),
        _ => node.int("end", i64::MAX)?,
    };
    let by = [start, end, node.int("step", 1)?];
    match value {
        Value::Traced(x) => trace.slice(&x, axis, by).map(Value::Traced),
        constant => trace.slice_constant(&constant, axis, by),
    }
}

/// Places of one dimension that are known.
pub(super) fn index(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let (axis, indices) = match node.base {
        "index_select" => match node.value("index")? {
            Value::Whole(whole) => (node.int("dim", 0)?, whole),
            _ => return Err("takes places that depend on the image".to_owned()),
        },
        _ => {
            let Value::List(all) = node.value("indices")? else {
                return Err("takes no places".to_owned());
            };
            let given = |(axis, value): (usize, &Value)| match value {
                Value::Absent => None,
                other => Some((axis as i64, other.clone())),
            };
            let given: Vec<_> = all.iter().enumerate().filter_map(given).collect();
            match given.as_slice() {
                [(axis, Value::Whole(whole))] => (*axis, whole.clone()),
                _ => {
                    return Err(
                        "takes places of several dimensions, or such that depend on the image"
                            .to_owned(),
                    );
                }
            }
        }
    };
    match trace.unrepeated(node.value("self")?)? {
        Value::Traced(x) => trace.gather_shaped(&x, axis, &indices).map(Value::Traced),
        constant => pick(trace, &constant, axis, &indices),
    }
}

/// Numbers around a value; the last dimension is said first.
pub(super) fn pad(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let name = if node.has("pad") { "pad" } else { "padding" };
    let pads = node.ints(name)?.unwrap_or_default();
    let mode = match (node.base, node.text("mode")) {
        ("reflection_pad2d", _) | (_, "reflect") => PadMode::Reflect,
        ("replication_pad2d", _) | (_, "replicate") => PadMode::Replicate,
        (_, "" | "constant") => PadMode::Constant(node.number("value")?.unwrap_or(0.0)),
        (_, other) => return Err(format!("pads by {other}, which is not known")),
    };
    if pads.len() % 2 != 0 || pads.len() / 2 > x.rank() {
        return Err(format!("pads {} by {pads:?}", x.words()));
    }
    let mut sides = vec![[0; 2]; x.rank()];
    for (side, pair) in sides.iter_mut().rev().zip(pads.chunks_exact(2)) {
        *side = [pair[0], pair[1]];
    }
    // Negative sides cut.
    let mut x = x;
    for (axis, side) in sides.iter_mut().enumerate() {
        if side.iter().any(|many| *many < 0) {
            let size = x.dims[axis].known()?;
            let by = [
                side[0].min(0).saturating_neg(),
                size.saturating_add(side[1].min(0)),
                1,
            ];
            if by[1] < 0 {
                return Err(format!("pads {} by {side:?}", x.words()));
            }
            x = trace.slice(&x, axis as i64, by)?;
            *side = side.map(|many| many.max(0));
        }
    }
    trace.pad(&x, &sides, mode).map(Value::Traced)
}

pub(super) fn roll(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let shifts = node.ints("shifts")?.unwrap_or_default();
    let axes = node.ints("dims")?.unwrap_or_default();
    trace.roll(&x, &shifts, &axes).map(Value::Traced)
}
