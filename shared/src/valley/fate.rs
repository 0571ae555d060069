//! What became of each image under an attack: what a worst case over several attacks is counted from.

use super::paths;
use super::summary::succeeded;
use crate::measure::Measure;
use crate::readings::{Bound, Readings};

/// What became of one image in one pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// Its index in the data set.
    pub index: u64,
    /// Whether it is right without any attack.
    pub right: bool,
    /// Whether it is wrong without any attack; without a prediction it is neither.
    pub wrong: bool,
    /// The size from which on it counts as broken, if it was: 0 where the attack has a ball of its own,
    /// the size of the best iterate where it looks for the smallest perturbation without one.
    pub broken_from: Option<f64>,
    /// Whether it has no prediction at some step, because a logit was infinite or not a number.
    pub unknown: bool,
}

/// What one attack says of one image within a ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is wrong without any attack.
    Wrong,
    /// The attack broke it.
    Broken,
    /// It was not broken, but somewhere there is no prediction: it is not robust either.
    Unknown,
    /// It is right at every step.
    Holds,
}

impl Fate {
    /// What it is within a ball.
    pub fn within(&self, ball: Bound) -> Outcome {
        match self.broken_from {
            _ if self.wrong => Outcome::Wrong,
            Some(size) if ball.holds(size) => Outcome::Broken,
            _ if self.unknown => Outcome::Unknown,
            _ => Outcome::Holds,
        }
    }
}

/// The fates of all images that have begun, by their index in the data set.
/// A success is what it is in the robust accuracy of [`super::PassSummary`].
pub fn fates(readings: &Readings) -> Vec<Fate> {
    let free = readings.smallest().filter(|_| readings.bound().is_none());
    let fate = |path: &super::Path| Fate {
        index: path.index,
        right: path.right,
        wrong: readings.right(0, path.row) == Some(false),
        broken_from: match free {
            _ if !path.right => None,
            None => succeeded(readings, path).then_some(0.0),
            Some(norm) => (path.ending.as_ref())
                .filter(|ending| ending.best_success)
                .map(|ending| ending.size(norm)),
        },
        unknown: path.not_finite.is_some(),
    };
    let mut fates: Vec<Fate> = (paths(readings, Measure::KappaTr).iter())
        .map(fate)
        .collect();
    fates.sort_unstable_by_key(|fate| fate.index);
    fates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ending::Ending;
    use crate::field::Norm;
    use crate::valley::tests::table;
    use crate::valley::{PassSummary, Population};

    fn ball(epsilon: f64) -> Bound {
        Bound {
            norm: Norm::L2,
            epsilon,
        }
    }

    #[test]
    fn who_holds_is_who_is_counted_as_robust() {
        let nan = f64::NAN;
        let readings = table(
            &[
                (0, &[0.0, 0.0, 0.0], &[1.0; 3]),
                (0, &[0.0, 1.0, 0.0], &[1.0; 3]),
                (0, &[2.0, 0.0, 0.0], &[1.0; 3]),
                (0, &[0.0, nan, 0.0], &[1.0; 3]),
                (0, &[0.0, nan, 3.0], &[1.0; 3]),
                (0, &[nan, 1.0, 0.0], &[1.0; 3]),
            ],
            false,
        );
        let outcomes: Vec<Outcome> = fates(&readings)
            .iter()
            .map(|fate| fate.within(ball(0.5)))
            .collect();
        let expected = [
            Outcome::Holds,
            Outcome::Broken,
            Outcome::Wrong,
            Outcome::Unknown,
            Outcome::Broken,
            Outcome::Unknown,
        ];
        assert_eq!(outcomes, expected);
        let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right);
        assert_eq!(summary.robust_accuracy.hits, 1);
        // Failed before: an image without a clean prediction was counted as right without any attack.
        let right = fates(&readings).iter().filter(|fate| fate.right).count();
        assert_eq!(summary.clean_accuracy.hits, right);
    }

    #[test]
    fn an_attack_without_a_ball_counts_by_the_size_of_its_best_iterate() {
        let rows: [(u32, &[f64], &[f64]); 2] = [(0, &[0.0, 1.0], &[1.0; 2]); 2];
        let mut readings = table(&rows, false).of(None, Some(Norm::L2));
        for (row, l2) in [(0, 0.2), (1, 0.7)] {
            let ending = Ending {
                first_success: Some(1),
                best_success: true,
                l2,
                ..Ending::default()
            };
            readings.put_ending(row, ending);
        }
        let at = |epsilon| -> Vec<Outcome> {
            let fates = fates(&readings);
            fates
                .iter()
                .map(|fate| fate.within(ball(epsilon)))
                .collect()
        };
        assert_eq!(at(0.1), [Outcome::Holds, Outcome::Holds]);
        assert_eq!(at(0.5), [Outcome::Broken, Outcome::Holds]);
        assert_eq!(at(1.0), [Outcome::Broken, Outcome::Broken]);
    }
}
