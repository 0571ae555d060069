//! GELU as it is written with erf: `x / 2 · (1 + erf(x / √2))`.

use super::{Fused, input, near};
use crate::op::Op;
use crate::program::Step;
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

/// In any order of the factors.
pub(super) fn gelu(steps: &[Step], place: usize) -> Option<Fused> {
    let product = |place: usize| match (&steps[place].op, steps[place].inputs.as_slice()) {
        (Op::Mul, [one, other]) => Some([*one, *other]),
        _ => None,
    };
    let found = match half(steps, place) {
        // (x · g) / 2
        Some(whole) => {
            let [one, other] = product(whole)?;
            [(one, other), (other, one)]
                .into_iter()
                .find(|(x, gate)| gated(steps, *gate) == Some(*x))
                .map(|(x, _)| x)
        }
        // (x / 2) · g, or x · (g / 2)
        None => {
            let [one, other] = product(place)?;
            [(one, other), (other, one)].into_iter().find_map(|(a, b)| {
                match (half(steps, a), half(steps, b)) {
                    (Some(x), _) if gated(steps, b) == Some(x) => Some(x),
                    (_, Some(gate)) if gated(steps, gate) == Some(a) => Some(a),
                    _ => None,
                }
            })
        }
    };
    Some((Op::Gelu { tanh: false }, vec![found?]))
}

/// What a step halves.
fn half(steps: &[Step], place: usize) -> Option<usize> {
    match steps[place].op {
        Op::MulScalar { value: 0.5 } | Op::DivScalar { value: 2.0 } => input(&steps[place]),
        _ => None,
    }
}

/// The x of `1 + erf(x / √2)`.
fn gated(steps: &[Step], place: usize) -> Option<usize> {
    let Op::AddScalar { value: 1.0 } = steps[place].op else {
        return None;
    };
    let erf = input(&steps[place])?;
    let Op::Erf = steps[erf].op else { return None };
    let scaled = input(&steps[erf])?;
    match steps[scaled].op {
        Op::DivScalar { value } if near(value, SQRT_2) => input(&steps[scaled]),
        Op::MulScalar { value } if near(value, FRAC_1_SQRT_2) => input(&steps[scaled]),
        _ => None,
    }
}
