//! NumPy's arrays as pickles have them.

use super::machine::{Machine, Value};

/// An array of bytes in the order of rows.
#[derive(Debug)]
pub(crate) struct Array {
    pub shape: Vec<usize>,
    pub data: Vec<u8>,
}

/// What of an array stands in the pickle, by the numbers of the values.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw {
    pub shape: Option<usize>,
    pub kind: Option<usize>,
    pub columns_first: bool,
    pub data: Option<usize>,
}

impl Machine {
    /// # Errors
    /// Says what is wrong with the array called `name`.
    pub fn array(&self, raw: &Raw, name: &str) -> Result<Array, String> {
        let damaged = || format!("the array {name} is damaged");
        let kind = self.kind(raw).ok_or_else(damaged)?;
        if !matches!(&kind[..], "u1" | "|u1") {
            return Err(format!(
                "the array {name} holds numbers of the kind {kind}; bytes (u1) are right"
            ));
        }
        let shape = self.shape(raw).ok_or_else(damaged)?;
        let data = raw
            .data
            .and_then(|data| self.bytes(data))
            .ok_or_else(damaged)?;
        let announced = shape
            .iter()
            .try_fold(1usize, |product, &size| product.checked_mul(size));
        if announced != Some(data.len()) {
            return Err(format!(
                "the array {name} of shape {shape:?} has {} bytes",
                data.len()
            ));
        }
        let data = match (raw.columns_first, &shape[..]) {
            (false, _) | (true, [_]) => data.to_vec(),
            (true, &[rows, columns]) => {
                let cells =
                    (0..rows).flat_map(|row| (0..columns).map(move |column| column * rows + row));
                cells.map(|cell| data[cell]).collect()
            }
            (true, _) => {
                return Err(format!(
                    "the array {name} has its columns first and more than two dimensions"
                ));
            }
        };
        Ok(Array { shape, data })
    }

    /// A one-dimensional array of whole numbers.
    pub fn integers(&self, raw: &Raw) -> Option<Vec<i64>> {
        let kind = self.kind(raw)?;
        let width = match kind.trim_start_matches(['<', '|']) {
            "u1" | "i1" => 1,
            "i2" | "u2" => 2,
            "i4" | "u4" => 4,
            "i8" | "u8" => 8,
            _ => return None,
        };
        let signed = kind.contains('i');
        let data = self.bytes(raw.data?)?;
        if self.shape(raw)?[..] != [data.len() / width] || !data.len().is_multiple_of(width) {
            return None;
        }
        let number = |bytes: &[u8]| {
            let negative = signed && bytes.last().is_some_and(|last| last & 0x80 != 0);
            let start = if negative { -1 } else { 0 };
            bytes
                .iter()
                .rev()
                .fold(start, |sum: i64, &byte| sum << 8 | i64::from(byte))
        };
        Some(data.chunks_exact(width).map(number).collect())
    }

    fn kind(&self, raw: &Raw) -> Option<String> {
        match self.value(raw.kind?) {
            Value::Kind(name) => self.text(*name),
            _ => None,
        }
    }

    fn shape(&self, raw: &Raw) -> Option<Vec<usize>> {
        let Value::Tuple(sizes) = self.value(raw.shape?) else {
            return None;
        };
        let size = |&size: &usize| match self.value(size) {
            Value::Int(number) => usize::try_from(*number).ok(),
            _ => None,
        };
        sizes.iter().map(size).collect()
    }
}
