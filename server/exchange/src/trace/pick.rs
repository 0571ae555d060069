//! Parts of constants, and of values of either kind.

use super::arrange::kept;
use super::value::from_end;
use super::{Trace, Traced, Value};
use crate::fold::arrange::{Walk, concat, joined};
use crate::fold::whole;
use crate::size::Whole;

/// These places of a constant's dimension, in the shape of the indices.
pub(crate) fn pick(
    trace: &mut Trace,
    of: &Value,
    axis: i64,
    indices: &Whole,
) -> Result<Value, String> {
    let shape = match of {
        Value::Array(array) => array.shape.clone(),
        Value::Whole(whole) => whole.shape.clone(),
        _ => return Err("takes a value that is not there".to_owned()),
    };
    let axis = from_end(axis, shape.len())?;
    let size = shape[axis] as usize;
    let mut parts = Vec::with_capacity(indices.values.len());
    for index in indices.known()? {
        parts.push(from_end(index, size)? as i64);
    }
    if parts.is_empty() {
        return Err("takes no place of a dimension".to_owned());
    }
    let mut made = shape[..axis].to_vec();
    made.extend_from_slice(&indices.shape);
    made.extend_from_slice(&shape[axis + 1..]);
    trace.spend(&made, 32)?;
    trace.spend(&[parts.len() as i64], 256)?;
    let walk = |place: &i64| Walk::of(&shape).slice(axis, *place, 1, 1);
    match of {
        Value::Array(array) => {
            let parts: Result<Vec<_>, String> = parts
                .iter()
                .map(|place| walk(place).through(array))
                .collect();
            let all = concat(&parts?, axis)?;
            crate::fold::arrange::reshape(&all, &made).map(Value::Array)
        }
        Value::Whole(of) => {
            let parts: Result<Vec<_>, String> = parts
                .iter()
                .map(|place| walk(place).through_whole(of))
                .collect();
            let all = whole::concat(&parts?, axis)?;
            Whole::new(made, all.values).map(Value::Whole)
        }
        _ => Err("takes a value that is not there".to_owned()),
    }
}

impl Trace {
    /// Values behind each other, constants or not.
    pub(crate) fn concat_any(&mut self, values: &[Value], axis: i64) -> Result<Value, String> {
        if values.iter().any(|value| matches!(value, Value::Traced(_))) {
            return self.concat(values, axis).map(Value::Traced);
        }
        let mut arrays = Vec::new();
        let mut wholes = Vec::new();
        for value in values {
            match value {
                Value::Array(array) => arrays.push(array.clone()),
                Value::Whole(whole) => wholes.push(whole.clone()),
                _ => return Err("takes a value that is not there".to_owned()),
            }
        }
        let shapes: Vec<&[i64]> = match arrays.is_empty() {
            false => arrays.iter().map(|array| array.shape.as_slice()).collect(),
            true => wholes.iter().map(|whole| whole.shape.as_slice()).collect(),
        };
        let first = shapes.first().ok_or("joins nothing")?;
        let axis = from_end(axis, first.len())?;
        let shape = joined(&shapes, axis)?;
        self.spend(&shape, 16)?;
        match (arrays.is_empty(), wholes.is_empty()) {
            (false, true) => concat(&arrays, axis).map(Value::Array),
            (true, false) => whole::concat(&wholes, axis).map(Value::Whole),
            _ => Err("joins whole and other numbers".to_owned()),
        }
    }

    /// Every `by`-th of a constant's dimension, from its end where negative.
    pub(crate) fn slice_constant(
        &mut self,
        of: &Value,
        axis: i64,
        [start, end, by]: [i64; 3],
    ) -> Result<Value, String> {
        let walk = |shape: &[i64]| -> Result<Walk, String> {
            let axis = from_end(axis, shape.len())?;
            let size = shape[axis];
            let found = match by {
                ..0 => backwards(size, [start, end, by]),
                _ => kept(size, [start, end, by]).map(|(start, _, many)| (start, many)),
            };
            let (start, many) = found.ok_or_else(|| format!("keeps every {by}-th number"))?;
            Ok(Walk::of(shape).slice(axis, start, by, many))
        };
        match of {
            Value::Array(array) => {
                let walk = walk(&array.shape)?;
                self.spend(&walk.shape, array.dtype.size())?;
                walk.through(array).map(Value::Array)
            }
            Value::Whole(whole) => {
                let walk = walk(&whole.shape)?;
                self.spend(&walk.shape, 16)?;
                walk.through_whole(whole).map(Value::Whole)
            }
            _ => Err("takes a value that is not there".to_owned()),
        }
    }

    /// Parts of a dimension, of these sizes.
    pub(crate) fn split(
        &mut self,
        x: &Traced,
        axis: usize,
        sizes: &[i64],
    ) -> Result<Vec<Value>, String> {
        x.dim(axis)?;
        let all = sizes
            .iter()
            .try_fold(0i64, |sum, size| sum.checked_add(*size));
        if all != Some(x.dims[axis].value) || sizes.iter().any(|size| *size < 1) {
            return Err(format!("parts {} into {sizes:?}", x.words()));
        }
        let mut from = 0;
        let mut parts = Vec::with_capacity(sizes.len());
        for size in sizes {
            let by = [from, from + size, 1];
            parts.push(Value::Traced(self.slice(x, axis as i64, by)?));
            from += size;
        }
        Ok(parts)
    }
}

/// What a slice keeps of so many where it goes backwards: from where, and how many that are.
fn backwards(size: i64, [start, end, by]: [i64; 3]) -> Option<(i64, i64)> {
    let place = |at: i64| match at < 0 {
        true => at.saturating_add(size).max(-1),
        false => at.min(size - 1),
    };
    let (start, end) = (place(start), place(end));
    let step = by.checked_neg()?;
    let length = (start - end).max(0);
    Some((start.max(0), length / step + i64::from(length % step != 0)))
}
