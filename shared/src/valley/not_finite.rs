//! What no statistic may take for a class, a flip, a departure or robustness: points whose logits are not finite.

use super::tests::table;
use super::*;
use crate::ending::{Ending, Endings};
use crate::readings::{Axis, Block, Example};
use crate::statistic::Rate;
use std::collections::BTreeMap;

const NONE: f64 = f64::NAN;

type Row<'a> = (u32, &'a [f64], &'a [f64]);

/// Right all along, and one that flips at step 2.
const PLAIN: [Row<'_>; 2] = [
    (1, &[1.0, 1.0, 1.0, 1.0], &[1.0, 2.0, 3.0, 4.0]),
    (1, &[1.0, 1.0, 0.0, 0.0], &[1.0, 5.0, 4.0, 0.5]),
];

/// Without a prediction from the clean point on, at the clean point alone, after two right points, and at one in between.
const OVERFLOWING: [Row<'_>; 4] = [
    (1, &[NONE; 4], &[NONE; 4]),
    (1, &[NONE, 1.0, 0.0, 0.0], &[NONE, 1.0, 1.0, 1.0]),
    (1, &[1.0, 1.0, NONE, NONE], &[1.0, 2.0, NONE, NONE]),
    (1, &[1.0, NONE, 1.0, 1.0], &[1.0, NONE, 1.0, 1.0]),
];

fn all() -> Readings {
    table(&[PLAIN.as_slice(), &OVERFLOWING].concat(), false)
}

fn hits(rates: &[Rate]) -> Vec<(usize, usize)> {
    rates.iter().map(|rate| (rate.hits, rate.n)).collect()
}

#[test]
fn an_overflowing_image_is_there_but_neither_right_nor_flipped() {
    let paths = paths(&all(), Measure::KappaTr);
    let of = |row: usize| {
        let path: &Path = &paths[row];
        (path.right, path.first_flip, path.flip_to, path.not_finite)
    };
    assert_eq!(paths.len(), 6);
    assert!(paths.iter().all(|path| path.points == 4));
    assert_eq!(of(2), (false, None, None, Some(0)));
    // Where it has a prediction it can flip, as any other that is not right at the clean point.
    assert_eq!(of(3), (false, Some(2), Some(0), Some(0)));
    assert_eq!(of(4), (true, None, None, Some(2)));
    assert_eq!(of(5), (true, None, None, Some(1)));
    for path in &paths[2..] {
        let at_end = path.row == 3;
        assert_eq!((path.flipped_at_end, path.flips_back), (at_end, 0));
    }
}

#[test]
fn every_example_is_counted_once_and_no_unknown_one_is_robust() {
    let readings = all();
    let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right);
    assert_eq!((summary.begun, summary.finished, summary.n), (6, 6, 4));
    assert_eq!((summary.wrong, summary.not_finite), (0, 4));
    assert_eq!(
        (summary.clean_accuracy.hits, summary.clean_accuracy.n),
        (4, 6)
    );
    assert_eq!(
        (summary.robust_accuracy.hits, summary.robust_accuracy.n),
        (1, 6)
    );
    assert_eq!((summary.flipped.hits, summary.flipped.n), (1, 4));
    assert_eq!(summary.classes[0].flipped_to, BTreeMap::from([(0, 1)]));
    assert_eq!(summary.flipped_back, 0);

    let line = timeline(&readings);
    assert_eq!(hits(&line.accuracy), [(4, 6), (4, 6), (2, 6), (2, 6)]);
    assert_eq!(hits(&line.robust), [(4, 6), (3, 6), (1, 6), (1, 6)]);
    assert_eq!(line.not_finite, [2, 3, 4, 4]);
}

#[test]
fn of_the_finite_examples_every_statistic_stays_as_it_is() {
    let (with, without) = (all(), table(&PLAIN, false));
    for measure in [Measure::KappaTr, Measure::Pred] {
        for point in 0..4 {
            let band = |readings: &Readings| {
                band_at(
                    readings,
                    measure,
                    Population::Right,
                    point,
                    Interval::Normal,
                )
            };
            // The two that were right at the clean point are counted apart where they have no reading.
            let apart = [0, 1, 1, 1][point];
            assert_eq!(band(&with).not_finite, apart, "{measure:?} {point}");
            assert_eq!(
                band(&with).n,
                band(&without).n + 2 - apart,
                "{measure:?} {point}"
            );
        }
    }
    let flips =
        |readings: &Readings| aligned(readings, 0, Measure::KappaTr, Population::Right).flipped;
    assert_eq!(flips(&with), flips(&without));
}

/// Readings of two steps after the clean point, as a search for the smallest perturbation within 0.5 has them.
fn bounded(predictions: [f64; 3], lengths: [f64; 3]) -> Readings {
    let bound = crate::readings::Bound {
        norm: crate::field::Norm::L2,
        epsilon: 0.5,
    };
    let readings = Readings::new(Axis::new(2, false), vec![Example::new(0, 1)]);
    let mut readings = readings.of(Some(bound), Some(crate::field::Norm::L2));
    for point in 0..3 {
        let mut values = vec![NONE; Measure::COUNT];
        values[Measure::Pred.place()] = predictions[point];
        values[Measure::L2.place()] = lengths[point];
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
fn beyond_the_bound_an_overflow_says_nothing() {
    let robust = |lengths| {
        let readings = bounded([1.0, NONE, 1.0], lengths);
        let summary = PassSummary::of(&readings, 1, Measure::Loss, Population::Right);
        let line = timeline(&readings);
        assert_eq!(line.robust[2].hits, summary.robust_accuracy.hits);
        (summary.robust_accuracy.hits, summary.not_finite)
    };
    assert_eq!(robust([0.0, 0.4, 0.3]), (0, 1));
    assert_eq!(robust([0.0, 0.6, 0.3]), (1, 0));
}

#[test]
fn what_lies_between_recorded_points_is_known_from_how_the_example_ended() {
    let mut readings = table(&PLAIN[..1], false);
    readings.put_ending(
        0,
        Ending {
            last_step: 3,
            not_finite: Some(2),
            ..Ending::default()
        },
    );
    let path = path(&readings, Measure::KappaTr, 0).unwrap();
    assert_eq!(path.not_finite, Some(2));
    let line = timeline(&readings);
    assert_eq!(hits(&line.robust), [(1, 1), (1, 1), (0, 1), (0, 1)]);
    assert_eq!(line.not_finite, [0, 0, 1, 1]);
    let ended = Endings::of(path.ending.as_ref(), None).unwrap();
    assert_eq!((ended.success.hits, ended.not_finite), (0, 1));
}

#[test]
fn who_left_is_absent_and_not_unknown() {
    let readings = Readings::new(Axis::new(2, false), vec![Example::new(0, 1)]);
    let mut readings = readings;
    for (point, prediction) in [(0, 1.0), (1, 0.0), (2, NONE)] {
        let mut values = vec![NONE; Measure::COUNT];
        values[Measure::Pred.place()] = prediction;
        let first_row = 0;
        readings.put(&Block {
            pass: 0,
            point,
            first_row,
            values,
        });
    }
    let summary = PassSummary::of(&readings, 1, Measure::Loss, Population::Right);
    assert_eq!((summary.not_finite, summary.finished), (0, 1));
    assert_eq!(summary.flipped.hits, 1);
    assert_eq!(hits(&timeline(&readings).robust), [(1, 1), (0, 1), (0, 1)]);
}
