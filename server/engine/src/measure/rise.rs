//! How the loss rises on the way from the clean point, term by term.

use crate::head::{Displacement, Softmax};
use valleyscope_shared::measure::Measure;

/// What the change of an example's logits since its clean point says; `write` takes each measure and its value.
pub(super) fn read(
    clean: &Softmax,
    logits: &[f64],
    label: usize,
    mut write: impl FnMut(Measure, f64),
) {
    let before = clean.logits().iter();
    let u: Vec<f64> = logits
        .iter()
        .zip(before)
        .map(|(z, before)| z - before)
        .collect();
    let moved = Displacement::of(clean, &u, label);
    write(Measure::RiseFirst, moved.first);
    write(Measure::Spread, moved.spread);
    write(Measure::Third, moved.third);
    write(Measure::Remainder, moved.remainder);
    write(Measure::Range, moved.range);
}
