//! Smoothed lines: raw behind, and every number raw.

use super::*;
use crate::chart::smooth::smoothed;
use crate::route::Smoothing;
use crate::series::{Datum, Series};

fn curve(values: &[f64], breaks: Vec<f64>) -> Series {
    let points = values.iter().zip(0..);
    let points = points.map(|(y, x)| Datum::single(f64::from(x), Some(*y)));
    Series {
        name: String::new(),
        slot: 0,
        role: Role::Main,
        points: points.collect(),
        band: None,
        breaks,
        measured: false,
    }
}

fn values(curve: &Series) -> Vec<f64> {
    curve.points.iter().filter_map(|point| point.y).collect()
}

#[test]
fn a_window_lies_around_its_point_and_shrinks_towards_the_ends() {
    let rough = curve(&[9.0, 1.0, 2.0, 90.0, 4.0, 5.0, 0.0], Vec::new());
    let median = smoothed(&rough, (Statistic::Median, 5));
    assert_eq!(values(&median), [9.0, 2.0, 4.0, 4.0, 4.0, 4.0, 0.0]);
    let mean = smoothed(&rough, (Statistic::Mean, 3));
    assert_eq!(values(&mean), [9.0, 4.0, 31.0, 32.0, 33.0, 3.0, 0.0]);
}

#[test]
fn no_window_reaches_into_another_part_and_what_is_not_finite_stays() {
    let rough = curve(&[1.0, 2.0, 9.0, 100.0, 200.0, f64::NAN, 400.0], vec![3.0]);
    let smooth = values(&smoothed(&rough, (Statistic::Mean, 3)));
    assert_eq!(smooth[..5], [1.0, 4.0, 9.0, 100.0, 150.0]);
    assert!(smooth[5].is_nan() && smooth[6] == 400.0);
}

/// Failed before: there was no such thing.
#[test]
fn the_raw_line_stays_behind_the_smooth_one_and_no_number_is_smoothed() {
    let state = made_up::state(ROBUST);
    let view = ViewState {
        smooth: Smoothing::Median5,
        ..ViewState::default()
    };
    let (raw, smooth) = (
        sharpness(&state, &ViewState::default()),
        sharpness(&state, &view),
    );
    assert_eq!(smooth.table(), raw.table());
    assert_eq!(smooth.readings(7.0), raw.readings(7.0));
    let said = "strong: running median of 5 points; faint: each value";
    assert_eq!(smooth.notes.last().unwrap().text, said);
    assert!(smooth.caption.contains(said) && !raw.caption.contains("running"));
    let long = |figure: &Figure| -> Vec<Vec<(i32, i32)>> {
        let (record, _) = drawn(figure, &fine());
        let paths = record.paths.into_iter();
        paths.filter(|path| path.len() == 41).collect()
    };
    let (before, after) = (long(&raw), long(&smooth));
    assert_eq!((before.len(), after.len()), (1, 2));
    assert_eq!(before[0], after[0], "the raw line, drawn first");
    assert_ne!(before[0], after[1]);
    let (record, _) = drawn(&smooth, &fine());
    assert!(record.texts.contains(&said.to_owned()));
}

#[test]
fn figures_that_are_not_by_step_stay_as_they_are() {
    let state = made_up::state(ROBUST);
    let view = ViewState {
        smooth: Smoothing::Mean9,
        ..ViewState::default()
    };
    for kind in ["robust-by-passes", "first-flip", "confusion"] {
        let of = |view: &ViewState| build(kind, &[Source::new("run", 0, &state)], view);
        assert_eq!(of(&view), of(&ViewState::default()), "{kind}");
    }
}
