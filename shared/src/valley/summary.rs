//! The valley over a whole pass: rates, ratios, histograms, classes.

use super::{Path, Population, paths};
use crate::ending::Endings;
use crate::measure::Measure;
use crate::readings::{Axis, Readings, Standing};
use crate::statistic::{Quartiles, Rate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One class of the per-class table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassRow {
    /// The label.
    pub class: u32,
    /// How many examples of the population have it.
    pub n: usize,
    /// How many of them flipped.
    pub flipped: usize,
    /// Their first flips.
    pub first_flip: Quartiles,
    /// Peak over clean sharpness.
    pub peak_over_clean: Quartiles,
    /// End over peak sharpness.
    pub end_over_peak: Quartiles,
    /// To which class they flipped, and how many; the confusion's row.
    #[serde(with = "super::keyed")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, usize>))]
    pub flipped_to: BTreeMap<u32, usize>,
}

/// The valley statistics of one pass over the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PassSummary {
    /// The pass's seed.
    pub seed: u64,
    /// The sharpness that peaks and ratios are read from.
    pub measure: Measure,
    /// Whom the statistics are about.
    pub population: Population,
    /// How many examples have begun.
    pub begun: usize,
    /// How many examples are finished: all points recorded, or gone after their success.
    pub finished: usize,
    /// How many examples are in the population.
    pub n: usize,
    /// How many were wrong at the clean point.
    pub wrong: usize,
    /// Of all that have begun, how many have no prediction at the clean point or a later one, because a logit is infinite or not a number.
    /// They are in the denominators of both accuracies; none of them is robust.
    #[serde(default)]
    pub not_finite: usize,
    /// The accuracy on the clean images.
    pub clean_accuracy: Rate,
    /// The share right at every step.
    pub robust_accuracy: Rate,
    /// Of the population, those that flipped.
    pub flipped: Rate,
    /// Of the population, those that reached the target (targeted attacks).
    pub reached_target: Option<Rate>,
    /// The first flips of those that flipped.
    pub first_flip: Quartiles,
    /// Of those that flipped, peak minus flip and how often.
    #[serde(with = "super::keyed")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, usize>))]
    pub peak_minus_flip: BTreeMap<i64, usize>,
    /// Of those that flipped, the peak is at the flip or one step before.
    pub peak_at_flip: Rate,
    /// What `peak_at_flip` would be if every peak were at any of its example's recorded steps alike: 2 / (T + 1) where all T are.
    pub chance: f64,
    /// Peak over clean sharpness.
    pub peak_over_clean: Quartiles,
    /// End over peak sharpness.
    pub end_over_peak: Quartiles,
    /// Of those that flipped, in the valley: wrong and below the clean sharpness at the end.
    pub in_valley: Rate,
    /// Of those that flipped, in the valley at the end without having risen above the clean sharpness, or come back to the label, since they first were below.
    #[serde(default)]
    pub stays_below: Rate,
    /// Of those that flipped, flipped at the end and below a tenth of their own peak.
    pub below_tenth: Rate,
    /// How many came back to the label at least once.
    pub flipped_back: usize,
    /// Whether nothing was read between the clean point and the end, so that nothing is known of sharpness and of who came back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends_only: bool,
    /// How the examples right at the clean point ended, as far as they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endings: Option<Endings>,
    /// Per class.
    pub classes: Vec<ClassRow>,
}

impl PassSummary {
    /// The summary of what is recorded so far.
    pub fn of(readings: &Readings, seed: u64, measure: Measure, population: Population) -> Self {
        let everyone = paths(readings, measure);
        let targeted = readings
            .examples()
            .iter()
            .any(|example| example.target.is_some());
        let begun = everyone.len();
        let right = everyone.iter().filter(|path| path.right).count();
        let robust = everyone
            .iter()
            .filter(|path| path.right && path.not_finite.is_none() && !succeeded(readings, path))
            .count();
        let finished = everyone
            .iter()
            .filter(|path| readings.ended(path.row))
            .count();
        let members: Vec<&Path> = everyone
            .iter()
            .filter(|path| path.right || population == Population::All)
            .collect();
        let flipped: Vec<&Path> = members
            .iter()
            .copied()
            .filter(|path| path.first_flip.is_some())
            .collect();
        // Without a trace nothing is known of the sharpness, which is not the same as no valley.
        let traced: &[&Path] = match readings.axis().ends_only {
            true => &[],
            false => &flipped,
        };
        let mut peak_minus_flip = BTreeMap::new();
        for difference in traced.iter().filter_map(|path| path.peak_minus_flip()) {
            *peak_minus_flip.entry(difference).or_insert(0) += 1;
        }
        let at_flip = [-1, 0]
            .iter()
            .filter_map(|difference| peak_minus_flip.get(difference))
            .sum();
        let share = |property: fn(&Path) -> bool| {
            Rate::of(
                traced.iter().filter(|path| property(path)).count(),
                traced.len(),
            )
        };
        Self {
            seed,
            measure,
            population,
            begun,
            finished,
            n: members.len(),
            wrong: everyone
                .iter()
                .filter(|path| readings.right(0, path.row) == Some(false))
                .count(),
            not_finite: everyone
                .iter()
                .filter(|path| path.not_finite.is_some())
                .count(),
            clean_accuracy: Rate::of(right, begun),
            robust_accuracy: Rate::of(robust, begun),
            flipped: Rate::of(flipped.len(), members.len()),
            reached_target: targeted.then(|| {
                Rate::of(
                    members
                        .iter()
                        .filter(|path| path.first_target.is_some())
                        .count(),
                    members.len(),
                )
            }),
            first_flip: Quartiles::of(
                flipped
                    .iter()
                    .filter_map(|path| path.first_flip)
                    .map(f64::from),
            ),
            peak_at_flip: Rate::of(at_flip, traced.len()),
            chance: chance(readings.axis(), traced),
            peak_minus_flip,
            peak_over_clean: Quartiles::of(traced.iter().map(|path| path.peak_over_clean())),
            end_over_peak: Quartiles::of(traced.iter().map(|path| path.end_over_peak())),
            in_valley: share(Path::in_valley),
            stays_below: share(|path| path.stays_below),
            below_tenth: share(Path::below_tenth),
            endings: Endings::of(
                everyone
                    .iter()
                    .filter(|path| path.right)
                    .filter_map(|path| path.ending.as_ref()),
                readings.smallest(),
            ),
            flipped_back: members.iter().filter(|path| path.flips_back > 0).count(),
            ends_only: readings.axis().ends_only,
            classes: classes(&members),
        }
    }
}

/// The mean over these of how many of an example's recorded steps are its flip or one before.
/// An example that left early has fewer steps, and of a long attack not every step is recorded;
/// of an attack with several parts only those of the part in which it flips count, and the clean point.
fn chance(axis: &Axis, flipped: &[&Path]) -> f64 {
    let own = |path: &&Path| {
        let stage = path.stage.as_ref();
        let steps = axis
            .part(stage)
            .filter(|(point, _)| *point < path.points)
            .map(|(_, step)| stage.map_or(step, |stage| stage.place(step)));
        let (mut all, mut hits) = (0_u32, 0_u32);
        for step in steps {
            all += 1;
            let near = |flip: u32| step == flip || step.checked_add(1) == Some(flip);
            hits += u32::from(path.first_flip.is_some_and(near));
        }
        f64::from(hits) / f64::from(all.max(1))
    };
    flipped.iter().map(own).sum::<f64>() / flipped.len().max(1) as f64
}

impl PassSummary {
    /// Whether every peak is at its flip or one step before whatever happens: where there is but one step.
    pub fn peak_is_certain(&self) -> bool {
        self.flipped.hits > 0 && self.chance >= 1.0
    }

    /// How many of those that are right at the clean point flipped, but never within the bound of an attack that goes beyond it:
    /// they count as robust. At least so many where some have no prediction.
    pub fn flipped_beyond(&self) -> usize {
        let (clean, robust) = (&self.clean_accuracy, &self.robust_accuracy);
        match self.flipped.n == clean.hits {
            true => (self.flipped.hits + robust.hits).saturating_sub(clean.hits),
            false => 0,
        }
    }
}

/// Whether an attack broke the prediction: at any step, and within the bound where there is one.
pub(super) fn succeeded(readings: &Readings, path: &Path) -> bool {
    match (readings.bound(), &path.ending) {
        (None, _) => path.first_flip.is_some(),
        (Some(_), Some(ending)) => ending.success(),
        (Some(_), None) => (1..path.points)
            .any(|point| readings.standing(point, path.row) == Some(Standing::Broken)),
    }
}

fn classes(members: &[&Path]) -> Vec<ClassRow> {
    let mut by_class: BTreeMap<u32, Vec<&Path>> = BTreeMap::new();
    for path in members {
        by_class.entry(path.label).or_default().push(path);
    }
    by_class
        .into_iter()
        .map(|(class, paths)| {
            let flipped: Vec<&Path> = paths
                .iter()
                .copied()
                .filter(|path| path.first_flip.is_some())
                .collect();
            let mut flipped_to = BTreeMap::new();
            for to in flipped.iter().filter_map(|path| path.flip_to) {
                *flipped_to.entry(to).or_insert(0) += 1;
            }
            ClassRow {
                class,
                n: paths.len(),
                flipped: flipped.len(),
                first_flip: Quartiles::of(
                    flipped
                        .iter()
                        .filter_map(|path| path.first_flip)
                        .map(f64::from),
                ),
                peak_over_clean: Quartiles::of(flipped.iter().map(|path| path.peak_over_clean())),
                end_over_peak: Quartiles::of(flipped.iter().map(|path| path.end_over_peak())),
                flipped_to,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::valley::tests::table;
    use crate::valley::timeline;

    #[test]
    fn the_summary_counts_whom_it_says_it_counts() {
        let readings = table(
            &[
                (0, &[0.0, 1.0, 1.0], &[1.0, 5.0, 0.1]),
                (0, &[0.0, 0.0, 0.0], &[1.0, 2.0, 3.0]),
                (1, &[0.0, 0.0, 0.0], &[7.0, 7.0, 7.0]),
            ],
            false,
        );
        let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right);
        assert_eq!((summary.begun, summary.n, summary.wrong), (3, 2, 1));
        assert_eq!(
            (
                summary.flipped.hits,
                summary.in_valley.hits,
                summary.peak_at_flip.hits
            ),
            (1, 1, 1)
        );
        assert_eq!(summary.robust_accuracy.hits, 1);
        // A mean of one: the same division.
        assert_eq!(summary.chance, 2.0 / 3.0);
        assert_eq!(summary.classes[0].flipped_to, BTreeMap::from([(1, 1)]));
    }

    /// Failed before: such images counted as robust and as flipped without a word.
    #[test]
    fn who_flips_beyond_the_bound_only_is_counted() {
        let readings = table(
            &[
                (0, &[0.0, 1.0], &[1.0, 2.0]),
                (0, &[0.0, 0.0], &[1.0, 2.0]),
                (1, &[0.0, 0.0], &[1.0, 2.0]),
            ],
            false,
        );
        let mut summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right);
        assert_eq!(summary.flipped_beyond(), 0);
        // The one that flips never did within the bound.
        summary.robust_accuracy = Rate::of(2, 3);
        assert_eq!(summary.flipped_beyond(), 1);
    }

    #[test]
    fn chance_is_over_the_points_that_an_example_has() {
        let readings = table(&[(0, &[0.0, 0.0, 1.0], &[1.0; 3])], false);
        let path = paths(&readings, Measure::KappaTr).remove(0);
        let of = |points: usize, flip: u32| Path {
            points,
            first_flip: Some(flip),
            ..path.clone()
        };
        let all = Axis::new(10, false);
        let (early, late) = (of(3, 2), of(11, 2));
        let mean = (2.0 / 3.0 + 2.0 / 11.0) / 2.0;
        // The same two numbers, added in another order at most.
        assert!((chance(&all, &[&late, &early]) - mean).abs() < 1e-15);
        // The start is no step.
        assert_eq!(chance(&Axis::new(10, true), &[&of(4, 2)]), 2.0 / 3.0);
        // Recorded are 106 and 112, but neither 108 nor 109.
        let thinned = Axis::new(5000, false);
        assert!(thinned.steps.contains(&106) && !thinned.steps.contains(&108));
        assert_eq!(chance(&thinned, &[&of(102, 109)]), 0.0);
        assert_eq!(chance(&thinned, &[&of(102, 107)]), 1.0 / 102.0);
    }

    #[test]
    fn a_summary_comes_back_from_the_log() {
        let readings = table(
            &[
                (0, &[0.0, 1.0, 1.0], &[1.0, 2.0, 5.0]),
                (0, &[0.0, 0.0, 1.0], &[1.0, 9.0, 3.0]),
            ],
            false,
        );
        let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right);
        assert_eq!(summary.peak_minus_flip, BTreeMap::from([(-1, 1), (1, 1)]));
        let event = crate::event::Event::Summary(crate::event::Summary {
            pass: 0,
            summary,
            timeline: timeline(&readings),
        });
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(
            serde_json::from_str::<crate::event::Event>(&json).unwrap(),
            event
        );
    }
}
