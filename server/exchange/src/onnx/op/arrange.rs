//! Other shapes and orders.

use super::super::node::Node;
use crate::fold::arrange::{Walk, broadcast, reshape as reshape_array, told};
use crate::limits::count;
use crate::size::{Size, Whole};
use crate::trace::{Trace, Traced, Value};

pub(super) fn flatten(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let axis = match node.int("axis", 1) {
        axis if axis == x.rank() as i64 => x.rank(),
        axis => x.axis(axis)?,
    };
    let product = |dims: &[Size]| {
        dims.iter()
            .try_fold(Size::plain(1), |product, size| product.mul(*size))
    };
    let target = [product(&x.dims[..axis])?, product(&x.dims[axis..])?];
    trace.reshape(x, &target).map(Value::Traced)
}

pub(super) fn reshape(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let mut target = node.whole(1)?.values.clone();
    let copies = !node.flag("allowzero", false);
    let own: Vec<Size> = match node.input(0) {
        Value::Traced(x) => x.dims.clone(),
        Value::Array(array) => array.shape.iter().copied().map(Size::plain).collect(),
        Value::Whole(whole) => whole.shape.iter().copied().map(Size::plain).collect(),
        _ => return Err("takes a value that is not there".to_owned()),
    };
    for (place, size) in target.iter_mut().enumerate() {
        if copies && *size == Size::plain(0) {
            *size = *own.get(place).ok_or("keeps a size that is not there")?;
        }
    }
    match node.input(0) {
        Value::Traced(x) => trace.reshape(x, &target).map(Value::Traced),
        constant => {
            let target: Result<Vec<i64>, String> = target.iter().map(|size| size.known()).collect();
            shaped(constant, |shape| told(&target?, count(shape)?))
        }
    }
}

pub(super) fn squeeze(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axes = node.axes(1)?;
    match node.input(0) {
        Value::Traced(x) => {
            strict(x, axes.as_deref())?;
            trace.squeeze(x, axes.as_deref()).map(Value::Traced)
        }
        constant => shaped(constant, |shape| {
            let gone = match &axes {
                None => None,
                Some(axes) => Some(places(axes, shape.len())?),
            };
            let kept = |(place, size): (usize, &i64)| {
                let is_gone = *size == 1 && gone.as_ref().is_none_or(|gone| gone.contains(&place));
                (!is_gone).then_some(*size)
            };
            Ok(shape.iter().enumerate().filter_map(kept).collect())
        }),
    }
}

/// The batch of a file that was written for one image is not taken away.
fn strict(x: &Traced, axes: Option<&[i64]>) -> Result<(), String> {
    for axis in axes.unwrap_or_default() {
        x.dim(x.axis(*axis)?)?;
    }
    Ok(())
}

fn places(axes: &[i64], rank: usize) -> Result<Vec<usize>, String> {
    let place = |axis: &i64| crate::trace::from_end(*axis, rank);
    axes.iter().map(place).collect()
}

pub(super) fn unsqueeze(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let axes = node
        .axes(1)?
        .ok_or("does not say which dimensions it adds")?;
    match node.input(0) {
        Value::Traced(x) => trace.unsqueeze(x, &axes).map(Value::Traced),
        constant => shaped(constant, |shape| {
            let mut places = places(&axes, shape.len() + axes.len())?;
            places.sort_unstable();
            let mut shape = shape.to_vec();
            for place in places {
                if place > shape.len() {
                    return Err(format!("adds dimension {place} to {shape:?}"));
                }
                shape.insert(place, 1);
            }
            Ok(shape)
        }),
    }
}

/// A constant in another shape.
pub(super) fn shaped(
    of: &Value,
    to: impl FnOnce(&[i64]) -> Result<Vec<i64>, String>,
) -> Result<Value, String> {
    match of {
        Value::Array(array) => reshape_array(array, &to(&array.shape)?).map(Value::Array),
        Value::Whole(whole) => {
            Whole::new(to(&whole.shape)?, whole.values.clone()).map(Value::Whole)
        }
        _ => Err("takes a value that is not there".to_owned()),
    }
}

pub(super) fn transpose(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let order = |rank: usize| -> Result<Vec<usize>, String> {
        match node.ints("perm") {
            None => Ok((0..rank).rev().collect()),
            Some(order) => order
                .iter()
                .map(|axis| usize::try_from(*axis).map_err(|_| format!("orders by {order:?}")))
                .collect(),
        }
    };
    match node.input(0) {
        Value::Traced(x) => trace.permute(x, &order(x.rank())?).map(Value::Traced),
        Value::Array(array) => {
            trace.spend(&array.shape, array.dtype.size())?;
            let walk = Walk::of(&array.shape).permute(&order(array.shape.len())?)?;
            walk.through(array).map(Value::Array)
        }
        Value::Whole(whole) => {
            trace.spend(&whole.shape, 16)?;
            let walk = Walk::of(&whole.shape).permute(&order(whole.shape.len())?)?;
            walk.through_whole(whole).map(Value::Whole)
        }
        _ => Err("takes a value that is not there".to_owned()),
    }
}

pub(super) fn expand(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let target = node.whole(1)?.values.clone();
    match node.input(0) {
        Value::Traced(x) => {
            // Shorter targets broadcast as well.
            let missing = x.rank().saturating_sub(target.len());
            let mut full = vec![Size::plain(1); missing];
            full.extend(target);
            trace.expand(x, &full).map(Value::Traced)
        }
        Value::Array(array) => {
            let known: Vec<i64> = target
                .iter()
                .map(|size| if size.batch { 1 } else { size.value })
                .collect();
            let shape = broadcast(&array.shape, &known)?;
            let missing = shape.len() - target.len();
            let mut sizes: Vec<Size> = shape.into_iter().map(Size::plain).collect();
            for (place, size) in target.iter().enumerate().filter(|(_, size)| size.batch) {
                sizes[missing + place] = *size;
            }
            trace.expand_array(array, &sizes)
        }
        Value::Whole(whole) => {
            let known: Result<Vec<i64>, String> = target.iter().map(|size| size.known()).collect();
            let shape = broadcast(&whole.shape, &known?)?;
            trace.spend(&shape, 16)?;
            let walk = Walk::of(&whole.shape).expand(&shape)?;
            walk.through_whole(whole).map(Value::Whole)
        }
        _ => Err("takes a value that is not there".to_owned()),
    }
}
