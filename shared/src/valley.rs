//! The valley: per example and per run, from the readings.
//!
//! Definitions (the same as in `docs/definitions/valley.md`):
//! the population is the examples that are right at the clean point, unless "all" is asked for;
//! first flip is the smallest step >= 1 whose prediction is not the label;
//! of an attack with several parts (restarts, target classes, steps of a binary search, attacks of an ensemble) the first flip is the first
//! over all parts, and everything from here on is about the part in which it is, or about the first part where there is no flip;
//! every part begins at the clean point;
//! the peak is the first maximum of sharpness over the recorded steps, without `start`;
//! the end is the last recorded step;
//! a step whose logits are not finite has no prediction: it is neither right nor a flip, and no example with one is robust;
//! in the valley, that is below clean at the end: flipped there, and sharpness below its clean value;
//! it stays below when, once flipped and below its clean value, it is so at every later recorded step.

mod aligned;
mod band;
mod fate;
mod keyed;
#[cfg(test)]
mod not_finite;
#[cfg(test)]
mod parts;
mod summary;
mod timeline;

pub use aligned::{Aligned, AlignedPoint, LEAST_ALIGNED, aligned};
pub use band::{BandPoint, Interval, band_at, bands};
pub use fate::{Fate, Outcome, fates};
pub use summary::{ClassRow, PassSummary};
pub use timeline::{Timeline, timeline};

use crate::ending::Ending;
use crate::measure::Measure;
use crate::num::Num;
use crate::readings::{Readings, Stage, Standing};
use serde::{Deserialize, Serialize};

/// Whom a statistic is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// The examples that are right at the clean point.
    #[default]
    Right,
    /// Every example.
    All,
}

impl Population {
    /// Whether a row belongs to it.
    pub fn holds(self, readings: &Readings, row: usize) -> bool {
        match self {
            Self::Right => readings.right(0, row) == Some(true),
            Self::All => readings.reached(row) > 0,
        }
    }
}

/// What one example's path looks like, for one sharpness measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Path {
    /// The example's row in the run.
    pub row: usize,
    /// Its index in the data set.
    pub index: u64,
    /// Its label.
    pub label: u32,
    /// Whether the clean prediction is the label.
    pub right: bool,
    /// Of an attack with several parts, the one in which the example first flips (the first of all where it never does):
    /// peak and end are those of this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The first flip, if there is one.
    pub first_flip: Option<u32>,
    /// The class predicted at the first flip.
    pub flip_to: Option<u32>,
    /// The class that a targeted attack leads it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// The first step that predicts the target, of a targeted attack.
    pub first_target: Option<u32>,
    /// The step of the peak.
    pub peak_step: Option<u32>,
    /// The clean sharpness.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub clean: Num,
    /// The sharpness at the peak.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub peak: Num,
    /// The sharpness at the last recorded step of the part.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub end: Num,
    /// The class predicted at the last recorded step, where there is a prediction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_class: Option<u32>,
    /// Whether the prediction at the end is not the label.
    pub flipped_at_end: bool,
    /// Whether it is, from some step after the first flip to the end, flipped and flatter than at the clean point, without rising again in between.
    #[serde(default)]
    pub stays_below: bool,
    /// How often the prediction came back to the label after the first flip.
    pub flips_back: u32,
    /// How many points are recorded, `start` included.
    pub points: usize,
    /// The first step without a prediction, because a logit was infinite or not a number; within the bound, of attacks that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_finite: Option<u32>,
    /// How it ended, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

impl Path {
    /// Peak step minus first flip, where both exist; the clean point stands one step before the first of its part.
    pub fn peak_minus_flip(&self) -> Option<i64> {
        let peak = self.peak_step?;
        let peak = self.stage.as_ref().map_or(peak, |stage| stage.place(peak));
        Some(i64::from(peak) - i64::from(self.first_flip?))
    }

    /// Peak over clean sharpness.
    pub fn peak_over_clean(&self) -> f64 {
        self.peak.0 / self.clean.0
    }

    /// End over peak sharpness.
    pub fn end_over_peak(&self) -> f64 {
        self.end.0 / self.peak.0
    }

    /// In the valley, below clean at the end: flipped, and flatter than at the clean point.
    pub fn in_valley(&self) -> bool {
        self.flipped_at_end && self.end.0 < self.clean.0
    }

    /// Flipped at the end, and below a tenth of its own peak.
    pub fn below_tenth(&self) -> bool {
        self.flipped_at_end && self.end.0 < 0.1 * self.peak.0
    }
}

/// The path of one row, nothing while not even its clean point is recorded.
pub fn path(readings: &Readings, measure: Measure, row: usize) -> Option<Path> {
    let example = *readings.examples().get(row)?;
    let target = example.target;
    let clean = readings.get(measure, 0, row)?;
    let right = readings.right(0, row) == Some(true);
    let axis = readings.axis();
    let ending = readings.ending(row).cloned();
    let whole = Whole::of(readings, row);
    let not_finite = ending.as_ref().and_then(|ending| ending.not_finite);
    let flip = earlier(whole.flip, readings.noted_flip(row));
    let stage = flip
        .and_then(|flip| axis.stage_of(flip))
        .or(axis.stages.first());
    let mut path = Path {
        row,
        index: example.index,
        label: example.label,
        right,
        stage: stage.cloned(),
        first_flip: flip,
        flip_to: None,
        target,
        first_target: whole.target,
        peak_step: None,
        clean: Num(clean),
        peak: Num(f64::NAN),
        end: Num(f64::NAN),
        end_class: None,
        flipped_at_end: false,
        stays_below: false,
        flips_back: 0,
        points: readings.reached(row),
        not_finite: earlier(whole.not_finite, not_finite),
        ending,
    };
    let (mut was_right, mut flipped) = (right, false);
    let (mut was_below, mut rose) = (false, false);
    for (point, step) in axis.part(stage) {
        let Some(value) = readings.get(measure, point, row) else {
            break;
        };
        if value.is_finite() && (path.peak.0.is_nan() || value > path.peak.0) {
            path.peak = Num(value);
            path.peak_step = Some(step);
        }
        path.end = Num(value);
        let class = readings.prediction(point, row);
        path.end_class = class;
        path.flipped_at_end = class.is_some_and(|class| class != example.label);
        if step == 0 || class.is_none() {
            continue;
        }
        let now_right = !path.flipped_at_end;
        let below = !now_right && value < clean;
        rose |= was_below && !below;
        was_below |= below;
        if !now_right && !flipped {
            flipped = true;
            // Without a trace the first flip itself is mostly not recorded, and the last step may say something else.
            path.flip_to = class.filter(|_| !axis.ends_only || flip == Some(step));
        }
        if now_right && !was_right && flipped {
            path.flips_back += 1;
        }
        was_right = now_right;
    }
    path.stays_below = path.in_valley() && !rose;
    // A target may be reached between two recorded points.
    let reached = path.ending.as_ref().and_then(|ending| ending.first_success);
    path.first_target = earlier(path.first_target, reached.filter(|_| target.is_some()));
    Some(path)
}

/// What is asked of all recorded steps of a row, whatever their part.
#[derive(Default)]
struct Whole {
    /// The first step that predicts another class than the label.
    flip: Option<u32>,
    /// The first step that predicts the target.
    target: Option<u32>,
    /// The first step without a prediction.
    not_finite: Option<u32>,
}

impl Whole {
    fn of(readings: &Readings, row: usize) -> Self {
        let mut whole = Self::default();
        let Some(example) = readings.examples().get(row) else {
            return whole;
        };
        for (point, step) in readings.axis().part(None) {
            let Some(standing) = readings.standing(point, row) else {
                break;
            };
            if standing == Standing::Unknown {
                whole.not_finite.get_or_insert(step);
            }
            let Some(class) = readings.prediction(point, row).filter(|_| step > 0) else {
                continue;
            };
            if class != example.label {
                whole.flip.get_or_insert(step);
            }
            if Some(class) == example.target {
                whole.target.get_or_insert(step);
            }
        }
        whole
    }
}

/// The earlier of two steps, as far as they are known.
fn earlier(seen: Option<u32>, noted: Option<u32>) -> Option<u32> {
    match (seen, noted) {
        (Some(seen), Some(noted)) => Some(seen.min(noted)),
        (seen, noted) => seen.or(noted),
    }
}

/// The paths of all rows that have begun.
pub fn paths(readings: &Readings, measure: Measure) -> Vec<Path> {
    (0..readings.examples().len())
        .filter_map(|row| path(readings, measure, row))
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::measure;
    use crate::readings::{Axis, Block, Example};

    /// One row per `(label, predictions, kappa)`, one column per step.
    pub(crate) fn table(rows: &[(u32, &[f64], &[f64])], random_start: bool) -> Readings {
        let points = rows[0].1.len();
        let steps = points - 1 - usize::from(random_start);
        let examples = rows
            .iter()
            .enumerate()
            .map(|(i, row)| Example::new(i as u64, row.0))
            .collect();
        let mut readings = Readings::new(Axis::new(steps, random_start), examples);
        for point in 0..points {
            let mut values = vec![0.0; rows.len() * measure::ALL.len()];
            for (i, row) in rows.iter().enumerate() {
                values[Measure::Pred.place() * rows.len() + i] = row.1[point];
                values[Measure::KappaTr.place() * rows.len() + i] = row.2[point];
            }
            readings.put(&Block {
                pass: 0,
                point,
                first_row: 0,
                values,
            });
        }
        readings
    }

    #[test]
    fn a_textbook_path_peaks_at_the_flip_and_ends_in_the_valley() {
        let readings = table(
            &[(3, &[3.0, 3.0, 5.0, 5.0, 5.0], &[1.0, 4.0, 9.0, 2.0, 0.5])],
            false,
        );
        let path = path(&readings, Measure::KappaTr, 0).unwrap();
        assert_eq!(
            (path.first_flip, path.peak_step, path.peak_minus_flip()),
            (Some(2), Some(2), Some(0))
        );
        assert_eq!((path.flip_to, path.flips_back), (Some(5), 0));
        assert!(path.in_valley() && path.below_tenth());
        assert_eq!(path.peak_over_clean(), 9.0);
    }

    /// The example in `docs/definitions/valley.md`, read from the page.
    #[test]
    fn the_images_on_the_definitions_page_are_counted_as_it_says() {
        let page = include_str!("../../docs/definitions/valley.md");
        let row = |name: &str| -> Vec<f64> {
            let line = page.lines().find(|line| line.contains(name)).unwrap();
            let numbers = line.split('|').filter_map(|cell| {
                let cell = cell.trim().trim_matches('*');
                match cell {
                    "right" => Some(3.0),
                    "wrong" => Some(5.0),
                    _ => cell.parse().ok(),
                }
            });
            numbers.collect()
        };
        let [predictions, a, b] = ["prediction of both", "image A | 1", "image B | 1"].map(row);
        let readings = table(&[(3, &predictions, &a), (3, &predictions, &b)], false);
        let path = |row| path(&readings, Measure::KappaTr, row).unwrap();
        let counts = |path: &Path| (path.in_valley(), path.stays_below, path.below_tenth());
        let [a, b] = [path(0), path(1)];
        assert_eq!(counts(&a), (true, false, false));
        assert_eq!(counts(&b), (true, true, true));
        for path in [a, b] {
            assert_eq!((path.first_flip, path.peak_step), (Some(2), Some(2)));
            assert_eq!((path.clean, path.peak), (Num(10.0), Num(30.0)));
        }
    }

    #[test]
    fn the_start_is_neither_flip_nor_peak() {
        let readings = table(&[(3, &[3.0, 5.0, 3.0, 5.0], &[1.0, 99.0, 4.0, 2.0])], true);
        let path = path(&readings, Measure::KappaTr, 0).unwrap();
        assert_eq!((path.first_flip, path.peak_step), (Some(2), Some(1)));
    }

    #[test]
    fn an_example_wrong_from_the_start_flips_at_step_one_and_is_not_right() {
        let readings = table(&[(3, &[4.0, 4.0, 3.0, 4.0], &[1.0, 1.0, 1.0, 1.0])], false);
        let path = path(&readings, Measure::KappaTr, 0).unwrap();
        assert!(!path.right);
        assert_eq!((path.first_flip, path.flips_back), (Some(1), 1));
    }

    #[test]
    fn of_equal_maxima_the_first_is_the_peak() {
        let readings = table(&[(0, &[0.0, 1.0, 1.0], &[1.0, 2.0, 2.0])], false);
        assert_eq!(
            path(&readings, Measure::KappaTr, 0).unwrap().peak_step,
            Some(1)
        );
    }

    #[test]
    fn a_targeted_path_notes_flip_and_target_apart() {
        let plain = table(&[(0, &[0.0, 1.0, 2.0], &[1.0, 2.0, 2.0])], false);
        let mut examples = plain.examples().to_vec();
        examples[0].target = Some(2);
        let mut readings = Readings::new(plain.axis().clone(), examples);
        for point in 0..3 {
            let mut values = vec![0.0; Measure::COUNT];
            for measure in measure::ALL {
                values[measure.place()] = plain.get(*measure, point, 0).unwrap();
            }
            readings.put(&Block {
                pass: 0,
                point,
                first_row: 0,
                values,
            });
        }
        let path = path(&readings, Measure::KappaTr, 0).unwrap();
        assert_eq!((path.first_flip, path.first_target), (Some(1), Some(2)));
    }
}
