//! What an axis cannot show is marked and counted.

use super::*;
use crate::series::Class;

#[test]
fn zero_negative_and_tiny_values_are_marked_at_the_edge_and_counted() {
    let state = with_medians(&[1.0, 4.0, 9.0, 0.0, -2.0, 1e-12, 3.0]);
    let view = ViewState {
        floor: 1e-6,
        ..ViewState::default()
    };
    let figure = sharpness(&state, &view);
    let note = &figure.notes[0];
    assert_eq!(note.class, Some(Class::Below));
    assert_eq!(note.text, "3 of 7 points, 3 band edges below 10⁻⁶ × max");
    let (record, layout) = drawn(&figure, &fine());
    let bottom = 8.0 * (layout.panels[0].top + layout.panels[0].height);
    let triangles = record.polygons.iter().filter(|corners| corners.len() == 3);
    let at_edge = triangles.filter(|corners| {
        corners
            .iter()
            .all(|corner| (bottom - f64::from(corner.1)).abs() < 80.0)
    });
    assert_eq!(at_edge.count(), 3);
    assert!(record.texts.contains(&note.text));
    // The line is broken there: one piece of three points, and a last point alone.
    assert!(record.paths.iter().any(|path| path.len() == 3));
    assert!(!record.paths.iter().any(|path| path.len() == 7));
}

#[test]
fn the_floor_moves_what_is_counted() {
    let state = with_medians(&[1.0, 1e-2, 1e-4, 1e-8]);
    let count = |floor| {
        let view = ViewState {
            floor,
            ..ViewState::default()
        };
        sharpness(&state, &view)
            .notes
            .first()
            .map(|note| note.text.clone())
    };
    assert_eq!(count(1e-12), None);
    assert_eq!(
        count(1e-6).unwrap(),
        "1 of 4 points, 1 band edges below 10⁻⁶ × max"
    );
    assert_eq!(
        count(1e-3).unwrap(),
        "2 of 4 points, 2 band edges below 10⁻³ × max"
    );
}

#[test]
fn what_is_not_finite_is_a_cross_at_the_top_on_either_scale_and_counted() {
    let state = with_medians(&[1.0, f64::NAN, f64::INFINITY, 2.0]);
    for y in [YScale::Log, YScale::Linear] {
        let figure = sharpness(
            &state,
            &ViewState {
                y,
                ..ViewState::default()
            },
        );
        assert_eq!(
            figure.notes[0].class,
            Some(Class::NotFinite),
            "{:?}",
            figure.notes
        );
        assert_eq!(figure.notes[0].text, "2 of 4 points not finite");
        let (record, layout) = drawn(&figure, &fine());
        let top = 8.0 * layout.panels[0].top;
        let strokes = record.paths.iter().filter(|path| {
            path.len() == 2
                && path[0].0 != path[1].0
                && path[0].1 != path[1].1
                && path
                    .iter()
                    .all(|point| (f64::from(point.1) - top).abs() < 80.0 && point.0 > 800)
        });
        let strokes: Vec<_> = strokes.collect();
        assert_eq!(
            strokes.len(),
            4,
            "two strokes for each cross: {strokes:?} {top}"
        );
    }
}

#[test]
fn readings_that_are_not_finite_are_counted_apart() {
    let mut state = made_up::state(STANDARD);
    for point in state.passes[0].points.iter_mut().flatten().take(3) {
        point.bands[Measure::KappaTr.place()].0.not_finite = 2;
    }
    let figure = sharpness(&state, &ViewState::default());
    assert!(
        figure
            .notes
            .iter()
            .any(|note| note.text == "6 readings not finite, left out"),
        "{:?}",
        figure.notes
    );
}

#[test]
fn a_point_that_is_not_there_yet_is_a_gap() {
    let mut state = made_up::state(ROBUST);
    state.passes[0].points[20] = None;
    let figure = sharpness(&state, &ViewState::default());
    let (record, _) = drawn(&figure, &fine());
    assert!(
        record.paths.iter().any(|path| path.len() == 20),
        "the points before the gap"
    );
    assert!(!record.paths.iter().any(|path| path.len() > 20));
    assert_eq!(column(&figure.table(), "median")[20], Cell::Missing);
}
