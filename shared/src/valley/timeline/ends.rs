//! The timeline of a run without a trace: its two recorded points, and between them the steps at which somebody was lost.

use super::Timeline;
use crate::measure::Measure;
use crate::num::Num;
use crate::readings::{Readings, STAGED_POINTS};
use crate::statistic::Rate;
use crate::valley::{Path, paths};

/// When an example that is done was lost, if it was: at its first flip (of one that is wrong from the beginning step 0),
/// or at its first step without a prediction.
struct Lost {
    step: u32,
    unknown: bool,
}

impl Lost {
    fn of(readings: &Readings, path: &Path) -> Option<Self> {
        let flip = match readings.bound() {
            _ if readings.right(0, path.row) == Some(false) => Some(0),
            Some(_) => path.ending.as_ref()?.first_success,
            None => path.first_flip,
        };
        let unknown = path
            .not_finite
            .filter(|step| flip.is_none_or(|flip| *step < flip));
        unknown.or(flip).map(|step| Self {
            step,
            unknown: unknown.is_some(),
        })
    }
}

/// The recorded points, with the steps at which somebody was lost in between; of very many about [`STAGED_POINTS`].
pub(super) fn with_flips(recorded: Timeline, readings: &Readings) -> Timeline {
    let mut done = paths(readings, Measure::KappaTr);
    done.retain(|path| path.ending.is_some());
    let lost: Vec<Lost> = (done.iter())
        .filter_map(|path| Lost::of(readings, path))
        .collect();
    let Some(last) = recorded.steps.last().copied() else {
        return recorded;
    };
    let mut steps: Vec<u32> = (lost.iter().map(|lost| lost.step))
        .filter(|step| (1..last).contains(step))
        .collect();
    steps.sort_unstable();
    steps.dedup();
    let every = steps.len().div_ceil(STAGED_POINTS as usize).max(1);
    let mut line = recorded;
    for (place, step) in steps.into_iter().step_by(every).enumerate() {
        let gone = lost.iter().filter(|lost| lost.step <= step);
        let unknown = gone.clone().filter(|lost| lost.unknown);
        let at = place + 1;
        line.steps.insert(at, step);
        line.accuracy.insert(at, Rate::of(0, 0));
        let stay = done.len() - gone.clone().count();
        line.robust.insert(at, Rate::of(stay, done.len()));
        line.not_finite.insert(at, unknown.count());
        line.passes.insert(at, Num(f64::NAN));
        line.predicted.insert(at, Vec::new());
    }
    line
}

#[cfg(test)]
mod tests {
    use crate::ending::Ending;
    use crate::measure::Measure;
    use crate::readings::{Axis, Readings};
    use crate::statistic::Rate;
    use crate::valley::tests::table;
    use crate::valley::{PassSummary, Population, timeline};

    /// Three images: one flips at step 4 and comes back, one at step 7 for good, one never.
    fn readings() -> Readings {
        let wide = table(
            &[
                (0, &[0.0, 0.0], &[f64::NAN; 2]),
                (0, &[0.0, 1.0], &[f64::NAN; 2]),
                (0, &[0.0, 0.0], &[f64::NAN; 2]),
            ],
            false,
        );
        let mut readings = Readings::new(Axis::ends(20), wide.examples().to_vec());
        for point in 0..2 {
            readings.put(&wide.block(0, point, 0..3));
        }
        for (row, flip) in [Some(4), Some(7), None].into_iter().enumerate() {
            if let Some(step) = flip {
                readings.put_flip(row, step);
            }
            let ending = Ending {
                first_success: flip,
                ..Ending::default()
            };
            readings.put_ending(row, ending);
        }
        readings
    }

    #[test]
    fn robust_accuracy_falls_where_an_image_flips() {
        let line = timeline(&readings());
        assert_eq!(line.steps, [0, 4, 7, 20]);
        let hits: Vec<_> = line.robust.iter().map(|rate| (rate.hits, rate.n)).collect();
        assert_eq!(hits, [(3, 3), (2, 3), (1, 3), (1, 3)]);
        // Whether the first was right at step 7 nobody knows.
        let hits: Vec<_> = line
            .accuracy
            .iter()
            .map(|rate| (rate.hits, rate.n))
            .collect();
        assert_eq!(hits, [(3, 3), (0, 0), (0, 0), (2, 3)]);
    }

    #[test]
    fn nothing_is_said_of_a_valley_that_nobody_looked_at() {
        let summary = PassSummary::of(&readings(), 1, Measure::KappaTr, Population::Right);
        assert!(summary.ends_only);
        assert_eq!((summary.flipped.hits, summary.robust_accuracy.hits), (2, 1));
        assert_eq!(summary.first_flip.n, 2);
        // The class of the end, at step 20, is not that of the flip, at step 7.
        assert!(summary.classes[0].flipped_to.is_empty());
        let none = Rate::of(0, 0).n;
        assert_eq!((summary.in_valley.n, summary.peak_at_flip.n), (none, none));
        assert!(summary.peak_minus_flip.is_empty());
        assert_eq!(summary.peak_over_clean.n, 0);
        let told = crate::finding::findings(&summary);
        let told: Vec<_> = told.iter().map(|finding| finding.id).collect();
        assert_eq!(told, ["clean-accuracy", "robust-accuracy", "first-flip"]);
    }
}
