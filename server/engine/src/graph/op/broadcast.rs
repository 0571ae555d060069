//! Values of different shapes side by side, as numpy pairs them: dimensions from the last on, of which one may be 1 or missing.

use super::{Lipschitz, Shape};
use crate::error::Result;
use tch::Tensor;

/// The shape of what two values of one image give, number by number.
pub(super) fn shape(inputs: &[&[i64]], what: &str) -> Result<Shape, String> {
    let [one, other] = inputs else {
        return Err(format!("takes two values, not {}", inputs.len()));
    };
    let misfit = || format!("{what} {one:?} and {other:?}, which do not fit");
    common(one, other).ok_or_else(misfit)
}

/// The shape that both are stretched to.
pub(super) fn common(one: &[i64], other: &[i64]) -> Option<Shape> {
    let rank = one.len().max(other.len());
    let size = |of: &[i64], place: usize| match (place + of.len()).checked_sub(rank) {
        Some(own) => of[own],
        None => 1,
    };
    let pair = |place| match (size(one, place), size(other, place)) {
        (a, b) if a == b || b == 1 => Some(a),
        (1, b) => Some(b),
        _ => None,
    };
    (0..rank).map(pair).collect()
}

/// Two batches whose images' values have as many dimensions: the missing ones come after the batch.
pub(super) fn aligned(one: &Tensor, other: &Tensor) -> Result<[Tensor; 2]> {
    let rank = one.dim().max(other.dim());
    let filled = |tensor: &Tensor| -> Result<Tensor> {
        let size = tensor.size();
        let missing = rank - size.len();
        if missing == 0 {
            return Ok(tensor.shallow_clone());
        }
        let filled = [&size[..1], &vec![1; missing], &size[1..]].concat();
        Ok(tensor.f_reshape(filled.as_slice())?)
    };
    Ok([filled(one)?, filled(other)?])
}

/// How much longer a value becomes by being repeated to a shape.
pub(super) fn repetition(from: &[i64], to: &[i64]) -> f64 {
    let count = |shape: &[i64]| shape.iter().product::<i64>().max(1) as f64;
    (count(to) / count(from)).sqrt()
}

/// Of a sum or a difference.
pub(super) fn lipschitz_of_sum(shapes: &[&[i64]]) -> Result<Lipschitz> {
    let whole = match shapes {
        [one, other] => common(one, other).unwrap_or_default(),
        _ => return Ok(Lipschitz::Unbounded),
    };
    let factors = shapes.iter().map(|shape| repetition(shape, &whole));
    Ok(Lipschitz::Sum(factors.collect()))
}
