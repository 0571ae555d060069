//! Constants that are compared, chosen from and written over.

use super::arrange::kept;
use super::value::from_end;
use super::{Trace, Value};
use crate::fold::arrange::{Walk, broadcast};
use crate::fold::{number, whole};
use crate::size::{Size, Whole};
use crate::tensor::{DType, TensorData};

impl Trace {
    /// A constant as numbers of any kind.
    fn array(&mut self, of: Value) -> Result<TensorData, String> {
        match self.unrepeated(of)? {
            Value::Array(array) => Ok(array),
            Value::Whole(whole) => self.numbers(&whole),
            _ => Err("takes a value that is not a constant".to_owned()),
        }
    }

    /// 1 where two constants are equal and 0 elsewhere, or the reverse.
    pub(crate) fn compared(
        &mut self,
        one: Value,
        other: Value,
        is_equal: bool,
    ) -> Result<Value, String> {
        if let (Value::Whole(one), Value::Whole(other)) = (&one, &other) {
            self.spend(&broadcast(&one.shape, &other.shape)?, 16)?;
            let same = |a: Size, b: Size| Ok(Size::plain(i64::from(a.equals(b) == is_equal)));
            return whole::zip(one, other, same).map(Value::Whole);
        }
        let (one, other) = (self.array(one)?, self.array(other)?);
        self.spend(&broadcast(&one.shape, &other.shape)?, 32)?;
        number::zip(&one, &other, |a, b| f64::from((a == b) == is_equal)).map(Value::Array)
    }

    /// Numbers of `one` where `by` is not 0, of `other` elsewhere; whole ones where both are.
    pub(crate) fn chosen(&mut self, by: Value, one: Value, other: Value) -> Result<Value, String> {
        let by = self.array(by)?;
        if let (Value::Whole(one), Value::Whole(other)) = (&one, &other) {
            let shape = broadcast(&broadcast(&by.shape, &one.shape)?, &other.shape)?;
            self.spend(&shape, 48)?;
            let by = spread(&by, &shape)?;
            let wholes = |of: &Whole| Walk::of(&of.shape).expand(&shape)?.through_whole(of);
            let either = [wholes(one)?.values, wholes(other)?.values];
            return Whole::new(shape, choose(&by, &either)).map(Value::Whole);
        }
        let (one, other) = (self.array(one)?, self.array(other)?);
        let shape = broadcast(&broadcast(&by.shape, &one.shape)?, &other.shape)?;
        self.spend(&shape, 64)?;
        let by = spread(&by, &shape)?;
        let values = choose(&by, &[spread(&one, &shape)?, spread(&other, &shape)?]);
        // A single number takes the kind of what it is combined with.
        let dtype = match number::single(&one).is_some() {
            true => other.dtype,
            false => one.dtype,
        };
        Ok(Value::Array(number::tensor("", dtype, &shape, &values)))
    }

    /// A constant in the shape and kind of another.
    pub(crate) fn copied(&mut self, over: Value, new: Value) -> Result<Value, String> {
        let (over, new) = (self.array(over)?, self.array(new)?);
        self.spend(&over.shape, 16)?;
        let new = Walk::of(&new.shape).expand(&over.shape)?.through(&new)?;
        Ok(Value::Array(converted(&new, over.dtype)))
    }

    /// A constant with every `by`-th place of a dimension written over by `part`.
    pub(crate) fn scattered(
        &mut self,
        of: Value,
        part: Value,
        axis: i64,
        [start, end, by]: [i64; 3],
    ) -> Result<Value, String> {
        let (of, part) = (self.array(of)?, self.array(part)?);
        let axis = from_end(axis, of.shape.len())?;
        let (start, _, many) = kept(of.shape[axis], [start, end, by])
            .ok_or_else(|| format!("writes over every {by}-th number"))?;
        let walk = Walk::of(&of.shape).slice(axis, start, by, many);
        if walk.shape != part.shape {
            return Err(format!("writes {:?} over {:?}", part.shape, walk.shape));
        }
        self.spend(&of.shape, 16)?;
        Ok(Value::Array(walk.over(&of, &converted(&part, of.dtype))))
    }

    /// A constant with what lies at places written over: the last dimension of `places` counts along the first dimensions of the constant,
    /// and `parts` has what lies there, for each in order.
    pub(crate) fn scattered_at(
        &mut self,
        of: Value,
        places: &Whole,
        parts: Value,
    ) -> Result<Value, String> {
        let (of, parts) = (self.array(of)?, self.array(parts)?);
        let refused = || {
            format!(
                "writes {:?} over {:?} at places {:?}",
                parts.shape, of.shape, places.shape
            )
        };
        let (deep, many) = places.shape.split_last().ok_or_else(refused)?;
        let deep = usize::try_from(*deep).map_err(|_| refused())?;
        let inner = of.shape.get(deep..).filter(|_| deep > 0);
        let inner = inner.ok_or_else(refused)?;
        if parts.shape != [many, inner].concat() {
            return Err(refused());
        }
        self.spend(&of.shape, 16)?;
        self.spend(&places.shape, 16)?;
        let parts = converted(&parts, of.dtype);
        let size = crate::limits::count(inner)? as usize * of.dtype.size();
        let mut bytes = of.bytes.to_vec();
        let known = places.known()?;
        for (turn, place) in known.chunks_exact(deep).enumerate() {
            let mut block = 0;
            for (index, length) in place.iter().zip(&of.shape) {
                let length = *length as usize;
                block = block * length + from_end(*index, length)?;
            }
            let part = &parts.bytes[turn * size..][..size];
            bytes[block * size..][..size].copy_from_slice(part);
        }
        let bytes = bytes.into();
        Ok(Value::Array(TensorData { bytes, ..of }))
    }
}

/// The numbers of a tensor repeated to a shape.
fn spread(of: &TensorData, shape: &[i64]) -> Result<Vec<f64>, String> {
    let walk = Walk::of(&of.shape).expand(shape)?;
    Ok(number::numbers(&walk.through(of)?))
}

/// The first's where `by` is not 0, the second's elsewhere.
fn choose<T: Copy>(by: &[f64], either: &[Vec<T>; 2]) -> Vec<T> {
    let choose = |(place, by): (usize, &f64)| either[usize::from(*by == 0.0)][place];
    by.iter().enumerate().map(choose).collect()
}

/// The same numbers of another kind.
fn converted(of: &TensorData, dtype: DType) -> TensorData {
    match of.dtype == dtype {
        true => of.clone(),
        false => number::tensor(&of.name, dtype, &of.shape, &number::numbers(of)),
    }
}
