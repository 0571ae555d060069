//! The figures of a made-up theory.

use super::*;
use crate::chart::made_up::{self, STANDARD};
use crate::num::Num;
use crate::series::Class;
use crate::theory::{Curve, LayerBound, Radii, Sensitivity, Standing};

/// Curves that grow from nothing, each a thousand times the one before it, and radii of forty images.
pub(in crate::chart) fn theory() -> Theory {
    let points = STANDARD.steps + 1;
    let curve = |(place, line): (usize, &Line)| {
        let at = |point: usize| {
            let size = 10.0_f64.powi(place as i32 % 6 * 3 - 3);
            let value = size * (point as f64 / 3.0).powi(2);
            BandPoint {
                n: 40,
                not_finite: 0,
                mean: Num(value),
                low: Num(value / 2.0),
                high: Num(value * 2.0),
                q1: Num(value / 3.0),
                median: Num(value),
                q3: Num(value * 3.0),
            }
        };
        Curve {
            line: *line,
            points: (0..points).map(at).collect(),
        }
    };
    let radii = |row: usize| Radii {
        row,
        index: 100 + row as u64,
        margin: Num(0.5 + row as f64 / 30.0),
        loss: Num(0.4 + row as f64 / 40.0),
        secant: Num(1.5),
        smallest: (!row.is_multiple_of(5)).then(|| Num(0.8 + row as f64 / 20.0)),
    };
    let layer = |(place, factor): (usize, &f64)| LayerBound {
        name: format!("layer{place}.conv"),
        kind: "conv2d".to_owned(),
        factor: *factor,
        up_to: Some(factor.powi(place as i32 + 1)),
    };
    Theory {
        pass: 0,
        population: Population::Right,
        examples: 40,
        row: None,
        classes: 10,
        curves: Line::ALL.iter().enumerate().map(curve).collect(),
        radii: (0..40).map(radii).collect(),
        sensitivity: Some(Sensitivity {
            features: Some(200.0),
            logits: Some(400.0),
            layers: [2.0, 4.5, 3.1, 1.2].iter().enumerate().map(layer).collect(),
            unbounded: None,
        }),
        broken: 0,
        missing: None,
        missing_constant: None,
        computing: None,
    }
}

fn figure_of(id: &str, theory: &Theory) -> Figure {
    let state = made_up::state(STANDARD);
    let source = Source::new("run", 0, &state);
    let subject = Subject { source, theory };
    find(id).unwrap().figure(&subject, &ViewState::default())
}

fn curves(figure: &Figure) -> &[Series] {
    match &figure.panels[0].content {
        Content::Curves(curves) => curves,
        _ => panic!("no curves"),
    }
}

#[test]
fn what_can_be_exceeded_is_dashed_and_what_cannot_is_a_full_line() {
    let theory = theory();
    for id in ["theory-path", "theory-reach"] {
        let figure = figure_of(id, &theory);
        for curve in curves(&figure) {
            let line = Line::ALL
                .iter()
                .find(|line| line.title() == curve.name)
                .unwrap();
            let full = curve.role == Role::Dash(0);
            let holds = matches!(line.standing(), Standing::Certified | Standing::Measured);
            assert_eq!(full, holds, "{}", curve.name);
            let estimate = line.standing() == Standing::Estimate;
            assert_eq!(curve.name.contains("estimate"), estimate, "{}", curve.name);
        }
    }
    let stated = Line::Authors.title();
    assert_eq!(stated, "as stated by the authors, not a certificate");
}

#[test]
fn far_bounds_do_not_hide_what_happened() {
    let figure = figure_of("theory-reach", &theory());
    let range = figure.panels[0].y.range;
    let rise = &curves(&figure)[0];
    assert_eq!(rise.name, Line::Rise.title());
    // The clean point, where nothing has risen, has no place on a logarithmic axis and is not counted as missing from it.
    assert_eq!(rise.points[0].y, None);
    let classes = rise
        .points
        .iter()
        .filter_map(|point| point.y)
        .map(|y| range.class(y));
    assert!(classes.into_iter().all(|class| class == Class::Shown));
}

#[test]
fn a_radius_above_an_attack_is_told() {
    let mut theory = theory();
    assert_eq!(figure_of("theory-radii", &theory).notes, []);
    theory.radii[7].margin = Num(1e6);
    let notes = figure_of("theory-radii", &theory).notes;
    assert!(notes[0].text.contains("1 certified radii"), "{notes:?}");
}

#[test]
fn without_bounds_the_figures_say_what_they_can() {
    let bare = Theory {
        curves: Vec::new(),
        radii: Vec::new(),
        sensitivity: None,
        ..theory()
    };
    for chart in ALL {
        let figure = figure_of(chart.id, &bare);
        assert!(
            figure.is_empty() && !figure.empty.is_empty(),
            "{}",
            chart.id
        );
        assert!(!figure.caption.is_empty(), "{}", chart.id);
    }
}
