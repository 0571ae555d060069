//! Parts of values, and values behind each other.

use super::super::node::Node;
use crate::op::PadMode;
use crate::trace::{Trace, Value, from_end, pick};

pub(super) fn concat(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axis = node.int("axis", 0);
    trace.concat_any(&node.inputs, axis)
}

pub(super) fn gather(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let indices = node.whole(1)?;
    let places = indices.known()?;
    let axis = node.int("axis", 0);
    match (node.input(0), indices.shape.len()) {
        (Value::Traced(x), 0) => {
            let index = places.first().ok_or("takes no place")?;
            trace.select(x, axis, *index).map(Value::Traced)
        }
        (Value::Traced(x), _) => trace.gather_shaped(x, axis, indices).map(Value::Traced),
        (constant, _) => pick(trace, constant, axis, indices),
    }
}

pub(super) fn slice(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let given = |name: &str, place: usize| -> Result<Option<Vec<i64>>, String> {
        match (node.ints(name), node.is_given(place)) {
            (Some(ints), _) => Ok(Some(ints.to_vec())),
            (None, true) => node.whole(place)?.known().map(Some),
            (None, false) => Ok(None),
        }
    };
    let starts = given("starts", 1)?.ok_or("does not say where it starts")?;
    let ends = given("ends", 2)?.ok_or("does not say where it ends")?;
    let axes = given("axes", 3)?;
    let axes = axes.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = given("steps", 4)?.unwrap_or_else(|| vec![1; starts.len()]);
    let same = starts.len() == ends.len() && ends.len() == axes.len() && axes.len() == steps.len();
    if !same {
        return Err("has starts, ends, axes and steps of different lengths".to_owned());
    }
    let mut value = node.input(0).clone();
    for place in 0..starts.len() {
        let by = [starts[place], ends[place], steps[place]];
        value = match value {
            Value::Traced(x) => Value::Traced(trace.slice(&x, axes[place], by)?),
            constant => trace.slice_constant(&constant, axes[place], by)?,
        };
    }
    Ok(value)
}

pub(super) fn split(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?.clone();
    let axis = x.axis(node.int("axis", 0))?;
    let size = x.dims[axis].value;
    let given = match (node.ints("split"), node.is_given(1)) {
        (Some(sizes), _) => Some(sizes.to_vec()),
        (None, true) => Some(node.whole(1)?.known()?),
        (None, false) => None,
    };
    let parts = node.proto.outputs.len() as i64;
    let sizes = match given {
        Some(sizes) => sizes,
        None => {
            // The last part is the smallest.
            let each = (size + parts - 1) / parts.max(1);
            let part = |place: i64| each.min(size - each * place);
            (0..parts).map(part).collect()
        }
    };
    trace.split(&x, axis, &sizes).map(Value::List)
}

pub(super) fn pad(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let pads = match node.ints("pads") {
        Some(pads) => pads.to_vec(),
        None => node.whole(1)?.known()?,
    };
    let mode = match node.text("mode").as_ref() {
        "" | "constant" => PadMode::Constant(node.number(trace, "value", 2)?.unwrap_or(0.0)),
        "reflect" => PadMode::Reflect,
        "edge" => PadMode::Replicate,
        other => return Err(format!("pads by {other}, which is not known")),
    };
    let axes = match node.is_given(3) {
        true => node.whole(3)?.known()?,
        false => (0..x.rank() as i64).collect(),
    };
    if pads.len() != axes.len() * 2 {
        return Err(format!("pads {} dimensions by {pads:?}", axes.len()));
    }
    let mut sides = vec![[0; 2]; x.rank()];
    for (place, axis) in axes.iter().enumerate() {
        sides[from_end(*axis, x.rank())?] = [pads[place], pads[place + axes.len()]];
    }
    trace.pad(x, &sides, mode).map(Value::Traced)
}
