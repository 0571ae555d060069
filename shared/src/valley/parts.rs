//! Attacks of several parts: each begins again at the clean image, and only the part of the flip is looked at.

use super::tests::table;
use super::*;
use crate::readings::Axis;
use crate::statistic::Rate;

fn stage(name: &str, first: u32, last: u32) -> Stage {
    Stage {
        name: name.to_owned(),
        group: None,
        at_clean: false,
        first,
        last,
    }
}

/// The readings of [`table`], with the boundary after this step.
fn split(rows: &[(u32, &[f64], &[f64])], after: u32) -> Readings {
    let plain = table(rows, false);
    let last = plain.axis().steps.last().copied().unwrap();
    let stages = vec![stage("one", 1, after), stage("two", after + 1, last)];
    let mut readings = Readings::new(Axis::staged(stages, false), plain.examples().to_vec());
    for point in 0..plain.axis().points() {
        readings.put(&plain.block(0, point, 0..rows.len()));
    }
    readings
}

/// Right through a first part that is sharp in its middle; the second begins at the clean image again and flips in its second step.
const LATE: (u32, &[f64], &[f64]) = (
    1,
    &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
    &[2.0, 50.0, 90.0, 60.0, 2.0, 5.0, 9.0, 0.5],
);
/// Flips in the first part and is in the valley at its end; the second part begins at the clean image and never flips.
const EARLY: (u32, &[f64], &[f64]) = (
    1,
    &[1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0],
    &[2.0, 5.0, 9.0, 0.5, 2.0, 70.0, 80.0, 90.0],
);
/// Never flips.
const NEVER: (u32, &[f64], &[f64]) = (1, &[1.0; 8], &[2.0, 5.0, 9.0, 7.0, 2.0, 70.0, 80.0, 90.0]);

/// Planted: all parts as one, as it was before; the peak was that of step 2 for the first and of step 7 for the second, and the second had
/// flipped back and was no longer flipped at its end.
#[test]
fn peak_and_end_are_those_of_the_part_of_the_flip() {
    let readings = split(&[LATE, EARLY, NEVER], 3);
    let paths = paths(&readings, Measure::KappaTr);
    let names: Vec<&str> = paths
        .iter()
        .map(|path| path.stage.as_ref().unwrap().name.as_str())
        .collect();
    assert_eq!(names, ["two", "one", "one"]);
    let of = |path: &Path| {
        (
            path.first_flip,
            path.peak_step,
            path.peak_minus_flip(),
            path.peak.0,
            path.end.0,
        )
    };
    assert_eq!(of(&paths[0]), (Some(6), Some(6), Some(0), 9.0, 0.5));
    assert_eq!(of(&paths[1]), (Some(2), Some(2), Some(0), 9.0, 0.5));
    assert_eq!(of(&paths[2]), (None, Some(2), None, 9.0, 7.0));
    for path in &paths[..2] {
        assert!(
            path.in_valley() && path.stays_below && path.below_tenth(),
            "{path:?}"
        );
        assert_eq!(
            (path.flips_back, path.flip_to, path.end_class),
            (0, Some(0), Some(0))
        );
    }
    assert_eq!(
        (paths[2].flipped_at_end, paths[2].end_class),
        (false, Some(1))
    );
    assert!(paths.iter().all(|path| path.points == 8));
    let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right);
    assert_eq!(summary.peak_at_flip, Rate::of(2, 2));
    assert_eq!(summary.in_valley, Rate::of(2, 2));
    assert_eq!(summary.flipped_back, 0);
    // Of the clean point and four steps, and of the clean point and three, two are the flip and the one before.
    assert_eq!(summary.chance, (2.0 / 5.0 + 2.0 / 4.0) / 2.0);
}

#[test]
fn every_part_begins_at_the_clean_point() {
    // Sharpest at the clean point, and flipped with the first step of the second part.
    let row: (u32, &[f64], &[f64]) = (1, &[1.0, 1.0, 1.0, 0.0, 0.0], &[9.0, 30.0, 30.0, 5.0, 1.0]);
    let readings = split(&[row; 12], 2);
    let path = path(&readings, Measure::KappaTr, 0).unwrap();
    assert_eq!(
        (path.peak_step, path.peak.0, path.peak_minus_flip()),
        (Some(0), 9.0, Some(-1))
    );
    let line = aligned(&readings, 0, Measure::KappaTr, Population::Right);
    let means: Vec<(i64, f64)> = line
        .points
        .iter()
        .map(|point| (point.offset, point.band.mean.0))
        .collect();
    assert_eq!(means, [(-1, 9.0), (0, 5.0), (1, 1.0)]);
}

/// Failed before: the clean image stood twice at the beginning of such a part, so that its peak there was two steps before the flip.
#[test]
fn a_part_whose_first_step_is_the_clean_image_has_it_once() {
    let row: (u32, &[f64], &[f64]) = (
        1,
        &[1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
        &[9.0, 30.0, 30.0, 9.0, 5.0, 1.0],
    );
    let plain = table(&[row; 12], false);
    let late = Stage {
        at_clean: true,
        ..stage("two", 3, 5)
    };
    let axis = Axis::staged(vec![stage("one", 1, 2), late], false);
    let mut readings = Readings::new(axis, plain.examples().to_vec());
    for point in 0..6 {
        readings.put(&plain.block(0, point, 0..12));
    }
    let path = path(&readings, Measure::KappaTr, 0).unwrap();
    assert_eq!(
        (path.first_flip, path.peak_step, path.peak_minus_flip()),
        (Some(4), Some(3), Some(-1))
    );
    let line = aligned(&readings, 0, Measure::KappaTr, Population::Right);
    let offsets: Vec<i64> = line.points.iter().map(|point| point.offset).collect();
    assert_eq!(offsets, [-1, 0, 1]);
    let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right);
    assert_eq!(summary.peak_at_flip, Rate::of(12, 12));
    // Of its three steps the flip and the one before.
    assert_eq!(summary.chance, 2.0 / 3.0);
}

#[test]
fn a_noted_flip_between_recorded_steps_says_which_part_is_meant() {
    let mut readings = split(&[NEVER, LATE], 3);
    // Wrong at step 5 only, between recorded points in an attack that is longer.
    readings.put_flip(0, 5);
    let path = path(&readings, Measure::KappaTr, 0).unwrap();
    assert_eq!(path.stage.as_ref().map(|stage| stage.first), Some(4));
    assert_eq!(
        (path.first_flip, path.peak_step, path.end.0),
        (Some(5), Some(7), 90.0)
    );
    assert_eq!((path.flip_to, path.flipped_at_end), (None, false));
}

#[test]
fn an_image_that_left_ends_where_it_left_and_counts_as_broken_from_there_on() {
    let rows: [(u32, &[f64], &[f64]); 2] = [LATE, NEVER];
    let whole = split(&rows, 3);
    let mut readings = Readings::new(whole.axis().clone(), whole.examples().to_vec());
    for point in 0..8 {
        let mut block = whole.block(0, point, 0..2);
        if point > 6 {
            // The first leaves at its flip.
            let gone = block.values.iter_mut().step_by(2);
            gone.for_each(|value| *value = f64::NAN);
        }
        readings.put(&block);
    }
    let path = path(&readings, Measure::KappaTr, 0).unwrap();
    assert_eq!(
        (path.points, path.peak_step, path.end.0, path.flipped_at_end),
        (7, Some(6), 9.0, true)
    );
    let line = timeline(&readings);
    let right: Vec<usize> = line.accuracy.iter().map(|rate| rate.hits).collect();
    assert_eq!(right, [2, 2, 2, 2, 2, 2, 1, 1]);
}

#[test]
fn with_one_part_nothing_is_said_of_it() {
    let path = path(&table(&[LATE], false), Measure::KappaTr, 0).unwrap();
    assert_eq!((path.stage.as_ref(), path.peak_step), (None, Some(2)));
    assert!(!serde_json::to_string(&path).unwrap().contains("stage"));
}
