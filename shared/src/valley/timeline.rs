//! Accuracy along the attack.

mod ends;

use crate::measure::Measure;
use crate::num::Num;
use crate::readings::{Readings, Standing};
use crate::statistic::Rate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Accuracy along the attack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Timeline {
    /// The step numbers, `start` left out.
    pub steps: Vec<u32>,
    /// Of all examples, those right at this step.
    pub accuracy: Vec<Rate>,
    /// Of all examples, those right at this and every earlier step (robust accuracy up to the step).
    pub robust: Vec<Rate>,
    /// Of all examples, how many are put into which class at this step, the classes in their order; who left counts with its last prediction.
    #[serde(default)]
    pub predicted: Vec<Vec<(u32, usize)>>,
    /// How many examples had no prediction at this or an earlier step, as a logit was not finite, and were right at every step before:
    /// they are in `n` and right no longer, but have not flipped.
    #[serde(default)]
    pub not_finite: Vec<usize>,
    /// Forward and backward passes spent on an example up to each step, in the mean.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::num::NumSchema>))]
    pub passes: Vec<Num>,
}

/// Accuracy at each step and robust accuracy up to it, over all examples that have reached the step.
/// An example that left did so at its success: it counts as wrong from there on.
///
/// Without a trace robust accuracy is known at each first flip too, accuracy at the two ends only.
pub fn timeline(readings: &Readings) -> Timeline {
    let recorded = at_points(readings);
    match readings.axis().ends_only {
        true => ends::with_flips(recorded, readings),
        false => recorded,
    }
}

fn at_points(readings: &Readings) -> Timeline {
    let axis = readings.axis();
    let rows = readings.examples().len();
    let mut still = vec![true; rows];
    let mut not_finite = 0;
    let mut timeline = Timeline {
        steps: axis.steps.clone(),
        ..Timeline::default()
    };
    for place in 0..axis.steps.len() {
        let (mut n, mut right_now, mut right_always) = (0, 0, 0);
        let mut classes: BTreeMap<u32, usize> = BTreeMap::new();
        for (row, still) in still.iter_mut().enumerate() {
            let recorded = readings.standing(axis.point_of(place), row);
            let Some(standing) = recorded.or_else(|| when_it_left(readings, row)) else {
                continue;
            };
            let point = axis.point_of(place).min(readings.reached(row) - 1);
            if let Some(class) = readings.prediction(point, row) {
                *classes.entry(class).or_insert(0) += 1;
            }
            let ending = readings.ending(row);
            let flip = match readings.bound() {
                // A flip outside the bound is none; what is known of successes is how the example ended.
                Some(_) => ending.and_then(|ending| ending.first_success),
                None => readings.noted_flip(row),
            };
            let step = axis.steps[place];
            let by_now = |noted: Option<u32>, now: Standing| {
                let noted = noted.filter(|noted| *noted <= step);
                noted.or((standing == now).then_some(step))
            };
            let flip = by_now(flip, Standing::Broken);
            let unknown = ending.and_then(|ending| ending.not_finite);
            let unknown = by_now(unknown, Standing::Unknown);
            let before = |unknown: u32| flip.is_none_or(|flip| unknown < flip);
            not_finite += usize::from(*still && unknown.is_some_and(before));
            *still &= flip.is_none() && unknown.is_none();
            n += 1;
            right_now += usize::from(standing == Standing::Holds);
            right_always += usize::from(*still);
        }
        let spent = |row: usize| {
            let (point, last) = (axis.point_of(place), readings.reached(row).checked_sub(1)?);
            let there = point <= last || readings.ended(row);
            there.then(|| readings.get(Measure::Passes, point.min(last), row))?
        };
        let spent: Vec<f64> = (0..rows).filter_map(spent).collect();
        let mean = spent.iter().sum::<f64>() / spent.len() as f64;
        timeline.passes.push(Num(mean));
        timeline.accuracy.push(Rate::of(right_now, n));
        timeline.robust.push(Rate::of(right_always, n));
        timeline.not_finite.push(not_finite);
        timeline.predicted.push(classes.into_iter().collect());
    }
    timeline
}

/// What the last iterate of an example that is gone said of the model; most leave because it was wrong there.
fn when_it_left(readings: &Readings, row: usize) -> Option<Standing> {
    let last = readings.reached(row).checked_sub(1)?;
    let recorded = readings.standing(last, row)?;
    let standing = match readings.ending(row) {
        Some(ending) if ending.last_success => Standing::Broken,
        // After the last recorded point it came back.
        Some(ending) if readings.axis().step_at(last) != Some(ending.last_step) => Standing::Holds,
        _ => recorded,
    };
    readings.ended(row).then_some(standing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::valley::tests::table;

    #[test]
    fn accuracy_can_recover_but_robust_accuracy_cannot() {
        let readings = table(
            &[
                (0, &[0.0, 1.0, 0.0], &[1.0; 3]),
                (0, &[0.0, 0.0, 0.0], &[1.0; 3]),
            ],
            false,
        );
        let line = timeline(&readings);
        let hits = |rates: &[Rate]| rates.iter().map(|rate| rate.hits).collect::<Vec<_>>();
        assert_eq!(hits(&line.accuracy), [2, 1, 2]);
        assert_eq!(hits(&line.robust), [2, 1, 1]);
        let [clean, middle, end] = [vec![(0, 2)], vec![(0, 1), (1, 1)], vec![(0, 2)]];
        assert_eq!(line.predicted, [clean, middle, end]);
    }
}
