//! Layer norm as older exports write it: nine operators, from a mean to a sum.

use super::{Fused, Tensors, input};
use crate::op::Op;
use crate::program::Step;

/// Over the last dimension: `(x − mean) / √(mean((x − mean)²) + ε) · weight + bias`.
pub(super) fn layer_norm(steps: &[Step], tensors: &Tensors, place: usize) -> Option<Fused> {
    let (product, bias) = with_row(steps, tensors, place, &Op::Add)?;
    let (quotient, weight) = with_row(steps, tensors, product, &Op::Mul)?;
    let (Op::Div, [centred, root]) = (&steps[quotient].op, steps[quotient].inputs.as_slice())
    else {
        return None;
    };
    let Op::Sqrt = steps[*root].op else {
        return None;
    };
    let shifted = input(&steps[*root])?;
    let Op::AddScalar { value: epsilon } = steps[shifted].op else {
        return None;
    };
    let variance = input(&steps[shifted])?;
    let squares = mean_of_last(steps, variance)?;
    let base = match (&steps[squares].op, steps[squares].inputs.as_slice()) {
        (Op::Pow { exponent: 2.0 }, [base]) => *base,
        (Op::Mul, [one, other]) if one == other => *one,
        _ => return None,
    };
    // Some exporters write the difference twice.
    let x = centre(steps, *centred)?;
    let is_same = centre(steps, base)? == x && (0.0..1.0).contains(&epsilon);
    let op = Op::LayerNorm {
        dims: 1,
        epsilon,
        weight: Some(weight),
        bias: Some(bias),
    };
    is_same.then(|| (op, vec![x]))
}

/// The x of `x − mean(x)`.
fn centre(steps: &[Step], place: usize) -> Option<usize> {
    match (&steps[place].op, steps[place].inputs.as_slice()) {
        (Op::Sub, [x, mean]) if mean_of_last(steps, *mean) == Some(*x) => Some(*x),
        _ => None,
    }
}

/// What a step takes the mean of, over its last dimension.
fn mean_of_last(steps: &[Step], place: usize) -> Option<usize> {
    let Op::MeanOver { dims, keep: true } = &steps[place].op else {
        return None;
    };
    let of = input(&steps[place])?;
    (dims == &[steps[of].shape.len().checked_sub(1)?]).then_some(of)
}

/// What a step combines with a stored row that is as long as the last dimension.
fn with_row(steps: &[Step], tensors: &Tensors, place: usize, op: &Op) -> Option<(usize, String)> {
    let [one, other] = steps[place].inputs.as_slice() else {
        return None;
    };
    if steps[place].op != *op {
        return None;
    }
    [(*one, *other), (*other, *one)]
        .into_iter()
        .find_map(|(value, row)| match &steps[row].op {
            Op::Constant { tensor } => {
                let shape = &tensors.get(tensor)?.shape;
                let last = steps[value].shape.last()?;
                let fits = shape == &[*last] && steps[value].shape == steps[place].shape;
                fits.then(|| (value, tensor.clone()))
            }
            _ => None,
        })
}
