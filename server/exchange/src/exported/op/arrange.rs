//! Other shapes and orders.

use super::super::node::Node;
use crate::fold::arrange::{Walk, reshape, told};
use crate::limits::count;
use crate::size::{Size, Whole};
use crate::trace::{Trace, Value, from_end};

/// A constant in another shape.
fn shaped(
    trace: &mut Trace,
    of: Value,
    to: impl FnOnce(&[i64]) -> Result<Vec<i64>, String>,
) -> Result<Value, String> {
    match trace.unrepeated(of)? {
        Value::Array(array) => reshape(&array, &to(&array.shape)?).map(Value::Array),
        Value::Whole(whole) => Whole::new(to(&whole.shape)?, whole.values).map(Value::Whole),
        _ => Err("takes a value that is not there".to_owned()),
    }
}

pub(super) fn view(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let name = if node.has("size") { "size" } else { "shape" };
    let target = node
        .sizes(name)?
        .ok_or("does not say which shape it makes")?;
    let known = || -> Result<Vec<i64>, String> { target.iter().map(|size| size.known()).collect() };
    match node.value("self")? {
        Value::Traced(x) => trace.reshape(&x, &target).map(Value::Traced),
        Value::Repeated(array, shape) if known().as_ref() == Ok(&shape) => {
            Ok(Value::Repeated(array, shape))
        }
        constant => shaped(trace, constant, |shape| told(&known()?, count(shape)?)),
    }
}

/// A tensor as it lies in memory already.
pub(super) fn strided(_: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let target = node.sizes("size")?.unwrap_or_default();
    // Of one row of numbers for each image there is only one order in memory.
    let wide = target.iter().filter(|size| !size.batch && size.value != 1);
    match target == x.dims && wide.count() <= 1 {
        true => Ok(Value::Traced(x)),
        false => Err("reads memory in an order of its own".to_owned()),
    }
}

pub(super) fn flatten(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let from = x.axis(node.int("start_dim", 0)?)?;
    let to = x.axis(node.int("end_dim", -1)?)?;
    trace.flatten(&x, from, to).map(Value::Traced)
}

pub(super) fn unflatten(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let axis = x.axis(node.int("dim", 0)?)?;
    let mut sizes = node.sizes("sizes")?.unwrap_or_default();
    if let Some(rest) = sizes.iter().position(|size| *size == Size::plain(-1)) {
        let mut others = Size::plain(1);
        for size in sizes.iter().filter(|size| **size != Size::plain(-1)) {
            others = others.mul(*size)?;
        }
        sizes[rest] = x.dims[axis].div(others)?;
    }
    let mut dims = x.dims.clone();
    dims.splice(axis..=axis, sizes);
    trace.reshape(&x, &dims).map(Value::Traced)
}

pub(super) fn squeeze(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axes = node.ints("dim")?;
    match node.value("self")? {
        Value::Traced(x) => trace.squeeze(&x, axes.as_deref()).map(Value::Traced),
        constant => shaped(trace, constant, |shape| {
            let mut gone = vec![axes.is_none(); shape.len()];
            for axis in axes.iter().flatten() {
                gone[from_end(*axis, shape.len())?] = true;
            }
            let sizes = shape.iter().zip(gone);
            Ok(sizes
                .filter(|(size, gone)| **size != 1 || !gone)
                .map(|(size, _)| *size)
                .collect())
        }),
    }
}

pub(super) fn unsqueeze(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axis = node.int("dim", 0)?;
    match node.value("self")? {
        Value::Traced(x) => trace.unsqueeze(&x, &[axis]).map(Value::Traced),
        constant => shaped(trace, constant, |shape| {
            let mut shape = shape.to_vec();
            shape.insert(from_end(axis, shape.len() + 1)?, 1);
            Ok(shape)
        }),
    }
}

fn ordered(
    trace: &mut Trace,
    of: Value,
    order: impl FnOnce(usize) -> Result<Vec<usize>, String>,
) -> Result<Value, String> {
    match trace.unrepeated(of)? {
        Value::Traced(x) => trace.permute(&x, &order(x.rank())?).map(Value::Traced),
        Value::Array(array) => {
            trace.spend(&array.shape, array.dtype.size())?;
            let walk = Walk::of(&array.shape).permute(&order(array.shape.len())?)?;
            walk.through(&array).map(Value::Array)
        }
        Value::Whole(whole) => {
            trace.spend(&whole.shape, 16)?;
            let walk = Walk::of(&whole.shape).permute(&order(whole.shape.len())?)?;
            walk.through_whole(&whole).map(Value::Whole)
        }
        _ => Err("takes a value that is not there".to_owned()),
    }
}

pub(super) fn permute(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axes = node.ints("dims")?.unwrap_or_default();
    ordered(trace, node.value("self")?, |rank| {
        axes.iter().map(|axis| from_end(*axis, rank)).collect()
    })
}

pub(super) fn transpose(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axes = [node.int("dim0", 0)?, node.int("dim1", 1)?];
    ordered(trace, node.value("self")?, |rank| {
        let mut order: Vec<usize> = (0..rank).collect();
        order.swap(from_end(axes[0], rank)?, from_end(axes[1], rank)?);
        Ok(order)
    })
}

pub(super) fn expand(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let target = node
        .sizes("size")?
        .ok_or("does not say which shape it makes")?;
    let own: Vec<i64> = match node.value("self")? {
        Value::Traced(x) => return trace.expand(&x, &target).map(Value::Traced),
        Value::Array(array) => array.shape,
        Value::Whole(whole) => whole.shape,
        _ => return Err("repeats something that was repeated".to_owned()),
    };
    let missing = target.len().checked_sub(own.len());
    let missing = missing.ok_or_else(|| format!("expands {own:?}"))?;
    let mut sizes = target;
    for (place, size) in sizes.iter_mut().enumerate() {
        if *size == Size::plain(-1) {
            let kept = place.checked_sub(missing).map(|axis| own[axis]);
            *size = Size::plain(kept.ok_or("keeps a size that is not there")?);
        }
    }
    let known: Result<Vec<i64>, String> = sizes.iter().map(|size| size.known()).collect();
    match (node.value("self")?, known) {
        (Value::Array(array), Ok(known)) => {
            let mut shape = vec![1; missing];
            shape.extend_from_slice(&array.shape);
            let array = reshape(&array, &shape)?;
            let last = known.len().saturating_sub(2);
            let is_same = array.shape.len() == known.len() && array.shape[last..] == known[last..];
            let fits = array.shape.iter().zip(&known);
            let fits = is_same && fits.clone().all(|(own, to)| own == to || *own == 1);
            match fits && array.shape != known && count(&known).is_ok() {
                true => Ok(Value::Repeated(array, known)),
                false => trace.expand_array(&array, &sizes),
            }
        }
        (Value::Array(array), Err(_)) => trace.expand_array(&array, &sizes),
        (Value::Whole(whole), Ok(known)) => {
            trace.spend(&known, 16)?;
            let walk = Walk::of(&whole.shape).expand(&known)?;
            walk.through_whole(&whole).map(Value::Whole)
        }
        _ => Err("repeats whole numbers for each image".to_owned()),
    }
}
