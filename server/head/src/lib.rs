//! Softmax-head algebra in f64: every closed form of cross-entropy over a linear last layer, and what its flatness guarantees.
//!
//! Notation as in `docs/definitions/sharpness.md`: logits z = W φ + b, p = softmax(z), y* = argmax z.
//! Everything rests on s = Σ_{j≠y*} exp(z_j − z_y*), from which 1 − p_y* = s / (1 + s) comes without a subtraction;
//! the naive Σ p (1 − p) loses half its digits at a logit gap of 20 and everything at 37.
//! Sources: Petzka et al. 2021 (relative flatness), Walter et al., arXiv 2405.16918; the bounds and their sources are in
//! `docs/definitions/bounds.md`.
//!
//! No tensor is computed here, so that whoever has logits and weights can ask.

mod bounds;
mod displacement;
mod eigen;
mod grow;
mod reach;
mod softmax;
mod third;
mod weights;

pub use bounds::{Around, Bounds};
pub use displacement::{Displacement, Growth};
pub use reach::Authors;
pub use softmax::Softmax;
pub use third::third;
pub use weights::Weights;

/// The root between two numbers of what is above it where `above` says so; not a number where one of them is not.
pub fn bisect([mut low, mut high]: [f64; 2], above: impl Fn(f64) -> bool) -> f64 {
    if low.is_nan() || high.is_nan() {
        return f64::NAN;
    }
    while low < high {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high.max(low)
}

/// ‖v‖₂.
pub fn length(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}
