//! Activations that are a value times a gate of itself: SiLU and hard swish.

use super::{Fused, input, near};
use crate::op::Op;
use crate::program::Step;

/// Two bounds after each other are one clamp.
pub(super) fn clamp(steps: &[Step], place: usize) -> Option<Fused> {
    let (low, high) = bounds(&steps[place].op)?;
    let before = input(&steps[place])?;
    let (first_low, first_high) = bounds(&steps[before].op)?;
    let min = low.or(first_low)?;
    let max = high.or(first_high)?;
    // In the other cases the order matters.
    let is_one = (low.is_none() != first_low.is_none())
        && (high.is_none() != first_high.is_none())
        && min <= max;
    let op = Op::Clamp {
        min: Some(min),
        max: Some(max),
    };
    is_one.then(|| (op, steps[before].inputs.clone()))
}

fn bounds(op: &Op) -> Option<(Option<f64>, Option<f64>)> {
    match op {
        Op::Relu => Some((Some(0.0), None)),
        Op::Clamp { min, max } => Some((*min, *max)),
        _ => None,
    }
}

/// `min(max(alpha · x + beta, 0), 1)`, and `min(max(x + 3, 0), 6) / 6`.
pub(super) fn hard_sigmoid(steps: &[Step], place: usize) -> Option<Fused> {
    let before = input(&steps[place])?;
    let clamped = |place: usize, most: f64| {
        let is_clamp = matches!(steps[place].op, Op::Clamp { min: Some(min), max: Some(max) } if min == 0.0 && max == most);
        is_clamp.then(|| input(&steps[place])).flatten()
    };
    let (alpha, beta, x) = match steps[place].op {
        Op::DivScalar { value } if near(value, 6.0) => {
            let shifted = clamped(before, 6.0)?;
            let Op::AddScalar { value: shift } = steps[shifted].op else {
                return None;
            };
            (1.0 / 6.0, shift / 6.0, input(&steps[shifted])?)
        }
        Op::MulScalar { value } if near(value, 1.0 / 6.0) => {
            let shifted = clamped(before, 6.0)?;
            let Op::AddScalar { value: shift } = steps[shifted].op else {
                return None;
            };
            (1.0 / 6.0, shift / 6.0, input(&steps[shifted])?)
        }
        _ => {
            let shifted = clamped(place, 1.0)?;
            let Op::AddScalar { value: beta } = steps[shifted].op else {
                return None;
            };
            let scaled = input(&steps[shifted])?;
            let Op::MulScalar { value: alpha } = steps[scaled].op else {
                return None;
            };
            (alpha, beta, input(&steps[scaled])?)
        }
    };
    Some((Op::HardSigmoid { alpha, beta }, vec![x]))
}

/// `x · sigmoid(x)`, and `x · min(max(x + 3, 0), 6) / 6`.
pub(super) fn gate(steps: &[Step], place: usize) -> Option<Fused> {
    let (Op::Mul, [one, other]) = (&steps[place].op, steps[place].inputs.as_slice()) else {
        return None;
    };
    for (x, gate) in [(*one, *other), (*other, *one)] {
        if input(&steps[gate]) != Some(x) {
            continue;
        }
        match steps[gate].op {
            Op::Sigmoid => return Some((Op::Silu, vec![x])),
            Op::HardSigmoid { alpha, beta } if near(alpha, 1.0 / 6.0) && near(beta, 0.5) => {
                return Some((Op::HardSwish, vec![x]));
            }
            _ => {}
        }
    }
    None
}
