//! Warnings: what makes a result doubtful, seen while a run goes on.
//!
//! Each has an explanation under its id in `docs/definitions/warnings.md`.

mod doubts;
mod guidance;

use crate::attack::{Departure, Kind, Traits};
use crate::error::Result;
use crate::measure::to_vec;
use crate::model::{Head, Model};
pub use doubts::doubts;
pub use guidance::Guidance;
use std::collections::BTreeMap;
use tch::Tensor;
use valleyscope_shared::ending::Ending;
use valleyscope_shared::event::Warning;
use valleyscope_shared::measure::Measure;

/// Collects warnings over a run; each id is counted once per example.
#[derive(Debug)]
pub struct Checker {
    guidance: Guidance,
    seen: BTreeMap<&'static str, usize>,
    changed: bool,
    /// Two classes of the model that have the same row and bias in its last layer.
    twins: Option<(usize, usize)>,
}

/// One example's marks within its batch, so that it is counted once however many steps show a fault.
#[derive(Debug)]
pub struct BatchMarks {
    rows: Vec<[bool; 4]>,
    guidance: Guidance,
}

const ROW_IDS: [&str; 4] = [
    "zero-gradient",
    "distorted-gradient",
    "underflow",
    "not-finite",
];

impl BatchMarks {
    /// For `rows` examples under an attack.
    pub fn new(rows: usize, guidance: Guidance) -> Self {
        Self {
            rows: vec![[false; 4]; rows],
            guidance,
        }
    }

    /// Looks at the readings of one step of these rows, a column of each measure. `moves` says whether an update follows from this step's gradient.
    pub fn look<Column: AsRef<[f64]>>(
        &mut self,
        column: impl Fn(Measure) -> Column,
        rows: &[usize],
        moves: bool,
    ) {
        let (zero, loss, gini) = (
            column(Measure::ZeroGrad),
            column(Measure::Loss),
            column(Measure::Gini),
        );
        let (zero, loss, gini) = (zero.as_ref(), loss.as_ref(), gini.as_ref());
        let (follows, distorted_below) = (self.guidance.follows(), self.guidance.distorted_below());
        for (row, place) in rows.iter().enumerate() {
            let Some(marks) = self.rows.get_mut(*place) else {
                continue;
            };
            // 1 − p_y = −expm1(−loss).
            let complement = -(-loss[row]).exp_m1();
            marks[0] |= follows && zero[row] == 1.0;
            marks[1] |= moves && distorted_below.is_some_and(|limit| complement < limit);
            marks[2] |= gini[row] == 0.0;
            marks[3] |= !loss[row].is_finite();
        }
    }

    /// Looks at how an example ended: steps between recorded points may have had no prediction either.
    pub fn look_at_end(&mut self, place: usize, ending: &Ending) {
        if let Some(marks) = self.rows.get_mut(place) {
            marks[3] |= ending.not_finite.is_some();
        }
    }
}

impl Checker {
    /// Of a run of an attack.
    pub fn new(guidance: Guidance) -> Self {
        Self {
            guidance,
            seen: BTreeMap::new(),
            changed: false,
            twins: None,
        }
    }

    /// Adds a finished batch.
    pub fn add(&mut self, batch: &BatchMarks) {
        for marks in &batch.rows {
            for (id, _) in ROW_IDS.iter().zip(marks).filter(|(_, marked)| **marked) {
                self.note(id, 1);
            }
        }
    }

    /// Looks at how an example ended, under an attack with these traits.
    pub fn look_at_end(&mut self, ending: &Ending, traits: Traits) {
        if ending.not_finite.is_some() {
            // What became of its success and its loss is told by a warning of its own.
            return;
        }
        let path = matches!(traits.kind, Kind::Path(_));
        let keeps = !path && traits.departure != Departure::AtSuccess;
        if ending.first_success.is_some() && !ending.last_success && keeps {
            self.note("success-lost", 1);
        }
        if traits.ascent().is_some() && ending.best_step == 0 && !ending.best_success {
            self.note("no-progress", 1);
        }
    }

    fn note(&mut self, id: &'static str, examples: usize) {
        *self.seen.entry(id).or_insert(0) += examples;
        self.changed = true;
    }

    /// Looks at the model itself, on a few clean images: probabilities for logits, randomness, dependence on the batch, equal classes.
    ///
    /// Two passes over at most eight images; these count as no attack's passes.
    pub fn probe(&mut self, model: &dyn Model, x: &Tensor) -> Result<()> {
        let _guard = tch::no_grad_guard();
        let rows = x.size().first().copied().unwrap_or(0).min(8);
        if rows == 0 {
            return Ok(());
        }
        self.twins = twins(model)?;
        if self.twins.is_some() {
            self.note("twin-classes", rows as usize);
        }
        let some = x.f_narrow(0, 0, rows)?;
        let first = to_vec(&model.forward(&some)?.logits)?;
        let again = to_vec(&model.forward(&some)?.logits)?;
        let alone = to_vec(&model.forward(&some.f_narrow(0, 0, 1)?)?.logits)?;
        let classes = alone.len();
        if first.chunks(classes).all(is_distribution) {
            self.note("probabilities", rows as usize);
        }
        if first
            .iter()
            .zip(&again)
            .any(|(a, b)| a != b && !(a.is_nan() && b.is_nan()))
        {
            self.note("randomised", rows as usize);
        } else if first
            .iter()
            .zip(&alone)
            .any(|(a, b)| (a - b).abs() > 1e-2 * (1.0 + a.abs()))
        {
            // Kernels differ between batch sizes by 1e-5 or so; a statistic taken over the batch changes the first digits.
            self.note("batch-dependent", rows as usize);
        }
        Ok(())
    }

    /// The warnings so far, if any are new since the last call.
    pub fn take(&mut self, examples: usize) -> Vec<Warning> {
        if !std::mem::take(&mut self.changed) {
            return Vec::new();
        }
        self.seen
            .iter()
            .map(|(id, count)| Warning {
                id: (*id).to_owned(),
                message: match (*id, self.twins) {
                    ("twin-classes", Some((first, second))) => format!(
                        "The classes {first} and {second} have the same row and bias in the last layer: the network cannot tell them apart, \
                         and whatever it says of {second} it says of {first} first."
                    ),
                    _ => message(id, *count, examples, self.guidance),
                },
                examples: *count,
            })
            .collect()
    }
}

/// The first class whose row and bias another class before it has too, and that one before it.
fn twins(model: &dyn Model) -> Result<Option<(usize, usize)>> {
    let Head { weight, bias, .. } = model.head();
    let (weight, bias) = (to_vec(weight)?, to_vec(bias)?);
    let width = weight.len().checked_div(bias.len()).unwrap_or(0).max(1);
    let mut known: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    for (class, (row, bias)) in weight.chunks(width).zip(&bias).enumerate() {
        // Added to zero, as zeros have two signs.
        let bits = row
            .iter()
            .chain([bias])
            .map(|value| (value + 0.0).to_bits());
        if let Some(first) = known.insert(bits.collect(), class) {
            return Ok(Some((first, class)));
        }
    }
    Ok(None)
}

/// Non-negative and summing to one within what f32 sums of a thousand terms lose.
fn is_distribution(row: &[f64]) -> bool {
    row.iter().all(|value| *value >= 0.0) && (row.iter().sum::<f64>() - 1.0).abs() < 1e-4
}

fn message(id: &str, count: usize, examples: usize, guidance: Guidance) -> String {
    match id {
        "zero-gradient" => format!(
            "{count} of {examples} examples had an input gradient of exactly zero at some step: the attack stood still there, \
             which is not robustness. {}",
            guidance.against_zero()
        ),
        "distorted-gradient" => format!(
            "{count} of {examples} examples were so confidently classified that rounding changes the gradient by more than a tenth, and with it the attack's direction. {}",
            guidance.against_rounding()
        ),
        "underflow" => format!("For {count} of {examples} examples the softmax saturated beyond f64 at some step; the sharpness read as 0 there is an underflow."),
        "not-finite" => format!(
            "{count} of {examples} examples had logits that are infinite or not a number at some step: the network predicts nothing there. \
             They count in every accuracy's denominator, but neither as right nor as flipped nor as robust, and such readings enter no mean."
        ),
        "success-lost" => format!("{count} of {examples} examples were misclassified on the way and are right at the last step: more steps did worse. The last iterate alone overstates robustness; the best iterate and the first success count."),
        "no-progress" => format!("For {count} of {examples} examples no step raised the loss above that of the clean image: the attack found no way up, which may be its settings or masked gradients, and is not robustness."),
        "probabilities" => "The model's outputs are non-negative and sum to one: they look like probabilities, not logits. \
             Softmax would then be applied twice and every sharpness would be wrong."
            .to_owned(),
        "randomised" => "The same images gave different outputs on two passes: the model is randomised, and one pass per step does not describe it.".to_owned(),
        _ => "An image's output depends on what else is in the batch, as in training mode; results then depend on the batch size.".to_owned(),
    }
}
