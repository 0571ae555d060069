//! Constants that are compared, chosen from and written over.

use super::arrange::kept;
use super::value::from_end;
use super::{Trace, Value};
use crate::fold::arrange::{Walk, broadcast};
use crate::fold::{number, whole};
use crate::size::Size;
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

    /// Numbers of `one` where `by` is not 0, of `other` elsewhere.
    pub(crate) fn chosen(&mut self, by: Value, one: Value, other: Value) -> Result<Value, String> {
        let (by, one, other) = (self.array(by)?, self.array(one)?, self.array(other)?);
        let shape = broadcast(&broadcast(&by.shape, &one.shape)?, &other.shape)?;
        self.spend(&shape, 64)?;
        let spread = |of: &TensorData| -> Result<Vec<f64>, String> {
            let walk = Walk::of(&of.shape).expand(&shape)?;
            Ok(number::numbers(&walk.through(of)?))
        };
        let (by, either) = (spread(&by)?, [spread(&one)?, spread(&other)?]);
        let choose = |(place, by): (usize, &f64)| either[usize::from(*by == 0.0)][place];
        let values: Vec<f64> = by.iter().enumerate().map(choose).collect();
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
}

/// The same numbers of another kind.
fn converted(of: &TensorData, dtype: DType) -> TensorData {
    match of.dtype == dtype {
        true => of.clone(),
        false => number::tensor(&of.name, dtype, &of.shape, &number::numbers(of)),
    }
}
