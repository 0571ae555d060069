//! Runs with several epsilons and seeds: every figure shows what it names.

use super::*;

/// Failed before: of an epsilon with several seeds the first stood for all, without a word.
#[test]
fn of_several_seeds_the_mean_is_shown_or_the_one_is_named() {
    let like = Like {
        passes: 4,
        ..STANDARD
    };
    let mut state = made_up::state(like);
    if let Some(started) = &mut state.started {
        started.seeds = vec![1, 2, 1, 2];
        started.epsilons = ["2/255", "2/255", "8/255", "8/255"]
            .map(|epsilon| epsilon.parse().unwrap())
            .into();
    }
    let source = Source::new("run", 0, &state);
    let view = ViewState::default();
    let names = |kind: &str| -> Vec<String> {
        let figure = build(kind, &[source], &view).unwrap();
        match &figure.panels[0].content {
            Content::Curves(curves) => curves
                .iter()
                .filter(|curve| curve.role == Role::Main)
                .map(|curve| curve.name.clone())
                .collect(),
            Content::Bars(groups) => groups.iter().map(|group| group.name.clone()).collect(),
            Content::Cells(_) | Content::Heat(_) => Vec::new(),
        }
    };
    let mean = ["ε 2/255, mean over 2 seeds", "ε 8/255, mean over 2 seeds"];
    assert_eq!(names("sharpness"), mean);
    assert_eq!(names("first-flip"), ["ε 2/255, seed 1", "ε 8/255, seed 1"]);
    let figure = build("sharpness", &[source], &view).unwrap();
    let Content::Curves(curves) = &figure.panels[0].content else {
        panic!("no curves");
    };
    let main = curves.iter().filter(|curve| curve.role == Role::Main);
    for (epsilon, curve) in main.enumerate() {
        for (point, datum) in curve.points.iter().enumerate() {
            let of = |pass| state.bands(pass, Measure::KappaTr)[point].unwrap().median.0;
            let mean = (of(2 * epsilon) + of(2 * epsilon + 1)) / 2.0;
            // One sum and one division.
            assert!((datum.y.unwrap() - mean).abs() <= 1e-14 * mean.abs());
        }
    }
}

/// Failed before: the confusion of the smallest epsilon stood beside tiles and classes of the largest, and the flip-aligned
/// curve of every epsilon was that of the largest.
#[test]
fn of_several_epsilons_every_figure_shows_the_one_that_it_names() {
    let like = Like {
        passes: 3,
        ..STANDARD
    };
    let mut state = made_up::state(like);
    let epsilons = ["2/255", "4/255", "8/255"].map(|epsilon| epsilon.parse().unwrap());
    if let Some(started) = &mut state.started {
        started.seeds = vec![1; 3];
        started.epsilons = epsilons.into();
    }
    let started = state.started.clone().unwrap();
    let view = ViewState::default();
    let needed = aligned_needed(&started, &view);
    assert_eq!(needed, [0, 1, 2]);
    let lines: Vec<_> = needed
        .iter()
        .map(|pass| {
            crate::valley::aligned(
                &made_up::readings(like, *pass),
                *pass,
                view.measure,
                view.population,
            )
        })
        .collect();
    let source = Source {
        aligned: &lines,
        ..Source::new("run", 0, &state)
    };
    let aligned = build("aligned", &[source], &view).unwrap();
    let Content::Curves(curves) = &aligned.panels[0].content else {
        panic!("no curves");
    };
    assert_eq!(curves.len(), 3);
    for (pass, curve) in curves.iter().enumerate() {
        let alone = ViewState {
            pass: Some(pass),
            ..view.clone()
        };
        let alone = build("aligned", &[source], &alone).unwrap();
        let Content::Curves(alone) = &alone.panels[0].content else {
            panic!("no curves");
        };
        assert_eq!(curve.name, format!("ε {}", started.epsilons[pass]));
        assert_eq!(curve.points, alone[0].points, "{}", curve.name);
    }
    let main = ViewState {
        pass: Some(started.main_pass()),
        ..view.clone()
    };
    for kind in ["confusion", "measure"] {
        let view = ViewState {
            measure: Measure::Pred,
            ..view.clone()
        };
        let main = ViewState {
            measure: Measure::Pred,
            ..main.clone()
        };
        let [all, one] = [view, main].map(|view| build(kind, &[source], &view).unwrap().table());
        assert_eq!(all, one, "{kind}");
    }
}

/// Failed before: a mean of class numbers with a 95 % interval.
#[test]
fn predictions_are_shares_that_fill_the_axis() {
    let state = made_up::state(STANDARD);
    let view = ViewState {
        measure: Measure::Pred,
        ..ViewState::default()
    };
    let figure = sharpness(&state, &view);
    let table = figure.table();
    assert!(
        table
            .columns
            .iter()
            .all(|column| !column.contains("interval") && !column.contains("median"))
    );
    let Content::Curves(areas) = &figure.panels[0].content else {
        panic!("no areas");
    };
    for place in 0..areas[0].points.len() {
        let sum: f64 = areas.iter().filter_map(|area| area.points[place].y).sum();
        // Ten shares of one sum, each rounded once.
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    }
}

/// Failed before: a full line went through all epsilons, as if what lies between them were measured.
#[test]
fn between_two_epsilons_no_line_looks_measured() {
    let mut state = made_up::state(Like {
        passes: 3,
        ..ROBUST
    });
    let started = state.started.as_mut().unwrap();
    started.norm = Some(crate::field::Norm::Linf);
    started.epsilons = ["2/255", "4/255", "16/255"]
        .map(|text| text.parse().unwrap())
        .into();
    let view = ViewState::default();
    let figure = build("robust-by-epsilon", &[Source::new("run", 0, &state)], &view).unwrap();
    let Content::Curves(curves) = &figure.panels[0].content else {
        panic!()
    };
    assert_eq!(curves[0].points.len(), 4);
    assert!(
        figure.subtitle.contains("marks are measured"),
        "{}",
        figure.subtitle
    );
    let (record, layout) = drawn(&figure, &fine());
    let (low, high) = (
        layout.panels[0].left,
        layout.panels[0].left + layout.panels[0].width,
    );
    let inside = |x: i32| (8.0 * low..=8.0 * high).contains(&f64::from(x));
    let widths = record.paths.iter().filter_map(|path| {
        let [(from, top), .., (to, bottom)] = path[..] else {
            return None;
        };
        (path.len() == 2 && top != bottom && inside(from) && inside(to))
            .then_some((from - to).abs())
    });
    // Strokes of two CSS pixels, of eight backend pixels each, and a rounding.
    assert!(widths.clone().count() > 20 && widths.clone().all(|width| width <= 17));
}
