//! Our side: the attack with and without a trace, and what comes of it.

use super::rows::Outcome;
use crate::Result;
use crate::real::Real;
use std::time::Instant;
use tch::Kind;
use valleyscope_engine::attack::{self, Passes, Place, Step};
use valleyscope_engine::measure::{LastLayer, Reader};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

/// The attack alone: the seconds and passes that it takes.
pub fn bare(real: &Real, spec: &AttackSpec) -> Result<(f64, Passes)> {
    let start = Instant::now();
    let model = real.loaded.model.as_ref();
    let mut steps = attack::start(spec, model, real.batch(false)?, Noise::new(1))?;
    while let Some(point) = steps.bare()? {
        std::hint::black_box(point);
    }
    Ok((start.elapsed().as_secs_f64(), steps.passes()))
}

/// The attack with every measure at every point.
pub fn traced(real: &Real, spec: &AttackSpec, last: &LastLayer) -> Result<f64> {
    let start = Instant::now();
    let model = real.loaded.model.as_ref();
    let labels = real.labels.iter().map(|label| *label as usize).collect();
    let mut reader = Reader::new(last, labels);
    let mut steps = attack::start(spec, model, real.batch(true)?, Noise::new(1))?;
    while let Some(step) = steps.step()? {
        std::hint::black_box(reader.read(&step)?);
    }
    Ok(start.elapsed().as_secs_f64())
}

/// The attack as a run with a trace has it: every measure at the recorded points, the logits at all others.
pub fn as_a_run(real: &Real, spec: &AttackSpec, last: &LastLayer) -> Result<f64> {
    let start = Instant::now();
    let model = real.loaded.model.as_ref();
    let labels = real.labels.iter().map(|label| *label as usize).collect();
    let mut reader = Reader::new(last, labels);
    let recorded = spec.axis().steps;
    let mut steps = attack::start(spec, model, real.batch(true)?, Noise::new(1))?;
    while let Some(step) = steps.step()? {
        let reads = match step.place {
            Place::Step(number) => recorded.binary_search(&number).is_ok(),
            Place::Clean | Place::Start => true,
        };
        if reads {
            std::hint::black_box(reader.read(&step)?);
        } else {
            let logits = step.logits.f_to_kind(Kind::Double)?.f_view([-1])?;
            std::hint::black_box(Vec::<f64>::try_from(&logits)?);
        }
    }
    Ok(start.elapsed().as_secs_f64())
}

/// How many images stay right, the mean length of the smallest changes that succeed, and the passes with a trace.
pub fn outcome(real: &Real, spec: &AttackSpec, outcome: Outcome) -> Result<(usize, f64, Passes)> {
    let model = real.loaded.model.as_ref();
    let mut steps = attack::start(spec, model, real.batch(true)?, Noise::new(1))?;
    // Of each example the length of the nearest success, in l2.
    let mut smallest = vec![f64::INFINITY; real.labels.len()];
    while let Some(step) = steps.step()? {
        let (wrong, lengths, within) = looks(real, spec, &step, outcome)?;
        for (place, row) in step.rows.iter().enumerate() {
            if outcome == Outcome::Last {
                smallest[*row] = f64::INFINITY;
            }
            if wrong[place] && within[place] {
                smallest[*row] = smallest[*row].min(lengths[place]);
            }
        }
    }
    let lengths: Vec<f64> = smallest.into_iter().filter(|l| l.is_finite()).collect();
    let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
    let right = real.labels.len() - lengths.len();
    Ok((right, mean, steps.passes()))
}

/// Of each example of a step whether it is misclassified, how far it has moved in l2 and whether it lies within epsilon.
fn looks(
    real: &Real,
    spec: &AttackSpec,
    step: &Step,
    outcome: Outcome,
) -> Result<(Vec<bool>, Vec<f64>, Vec<bool>)> {
    let rows: Vec<i64> = step.rows.iter().map(|row| *row as i64).collect();
    let clean = real
        .x
        .f_index_select(0, &tch::Tensor::f_from_slice(&rows)?)?;
    let change = step.x.f_sub(&clean)?.f_flatten(1, -1)?;
    let length = |order: f64| -> Result<Vec<f64>> {
        let length = change.f_linalg_norm(order, [1].as_slice(), false, Kind::Double)?;
        Ok(Vec::try_from(&length)?)
    };
    let (euclidean, own) = match spec.norm() {
        Norm::Linf => (length(2.0)?, length(f64::INFINITY)?),
        _ => (length(2.0)?, length(2.0)?),
    };
    let bound = match outcome {
        Outcome::Smallest => f64::INFINITY,
        // Rounded to half a unit in the last place of 1 in f32, here and there.
        Outcome::Last | Outcome::Ever => spec.epsilon() + 1e-6,
    };
    let predicted = Vec::<i64>::try_from(&step.logits.f_argmax(1, false)?)?;
    let wrong = step.rows.iter().zip(&predicted);
    let wrong = wrong.map(|(row, predicted)| real.labels[*row] != *predicted);
    let within = own.iter().map(|length| *length <= bound);
    Ok((wrong.collect(), euclidean, within.collect()))
}
