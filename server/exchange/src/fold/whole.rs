//! Arithmetic on whole numbers.

use super::arrange::{Walk, broadcast};
use crate::size::{Size, Whole};

/// Of two tensors, number by number.
pub(crate) fn zip(
    one: &Whole,
    other: &Whole,
    by: impl Fn(Size, Size) -> Result<Size, String>,
) -> Result<Whole, String> {
    let shape = broadcast(&one.shape, &other.shape)?;
    let spread = |of: &Whole| Walk::of(&of.shape).expand(&shape)?.through_whole(of);
    let (one, other) = (spread(one)?, spread(other)?);
    let pairs = one.values.into_iter().zip(other.values);
    let values: Result<Vec<Size>, String> = pairs.map(|(a, b)| by(a, b)).collect();
    Whole::new(shape, values?)
}

/// Values behind each other along a dimension.
pub(crate) fn concat(parts: &[Whole], dim: usize) -> Result<Whole, String> {
    let shapes: Vec<&[i64]> = parts.iter().map(|part| part.shape.as_slice()).collect();
    let shape = super::arrange::joined(&shapes, dim)?;
    let turns = shape[..dim].iter().product::<i64>() as usize;
    let mut values = Vec::new();
    for turn in 0..turns {
        for part in parts {
            let each = part.shape[dim..].iter().product::<i64>() as usize;
            values.extend_from_slice(&part.values[turn * each..][..each]);
        }
    }
    Whole::new(shape, values)
}
