//! Small multiples: a panel for each run, one scale for all.

use super::*;
use crate::chart::tick::y_ticks;
use crate::route::Facets;

fn view(facets: Facets) -> ViewState {
    ViewState {
        facets,
        ..ViewState::default()
    }
}

fn epsilons() -> RunState {
    let mut state = made_up::state(Like {
        passes: 3,
        ..STANDARD
    });
    let started = state.started.as_mut().unwrap();
    started.epsilons = ["2/255", "4/255", "8/255"]
        .map(|text| text.parse().unwrap())
        .into();
    // Sharper by a hundred from epsilon to epsilon, so that the panels' own scales differ.
    for (pass, factor) in state.passes.iter_mut().zip([1.0, 100.0, 10_000.0]) {
        for point in pass.points.iter_mut().flatten() {
            let Compact(band) = &mut point.bands[Measure::KappaTr.place()];
            for value in [&mut band.median, &mut band.q1, &mut band.q3] {
                value.0 *= factor;
            }
        }
    }
    state
}

/// What the axes of every panel say.
fn labels(figure: &Figure) -> Vec<Vec<String>> {
    let (_, layout) = drawn(figure, &fine());
    let panels = figure.panels.iter().zip(&layout.panels);
    let of = |(panel, at): (&Panel, &PanelLayout)| {
        let ticks = y_ticks(&panel.y.range, panel.y.unit, at.height);
        ticks.into_iter().map(|tick| tick.1).collect()
    };
    panels.map(of).collect()
}

/// Failed before: all curves were in one panel whatever the view.
#[test]
fn every_epsilon_has_a_panel_of_its_own_and_one_scale_with_the_others() {
    let state = epsilons();
    let source = [Source::new("run", 0, &state)];
    let of = |facets| build("sharpness", &source, &view(facets)).unwrap();
    let (off, shared, free) = (of(Facets::Off), of(Facets::Shared), of(Facets::Free));
    assert_eq!((off.panels.len(), shared.panels.len()), (1, 3));
    for panel in &shared.panels {
        assert_eq!(
            (&panel.y.range, &panel.x),
            (&off.panels[0].y.range, &off.panels[0].x)
        );
    }
    let same = labels(&shared);
    assert!(
        same.iter()
            .all(|labels| *labels == same[0] && labels.len() > 1),
        "{same:?}"
    );
    let own: Vec<f64> = free.panels.iter().map(|panel| panel.y.range.high).collect();
    assert!(own[0] < own[1] && own[1] < own[2], "{own:?}");
    assert!(
        free.notes
            .iter()
            .any(|note| note.text.contains("scale of its own"))
    );
    // Where the curves are changes none of their numbers.
    assert_eq!(off.table(), shared.table());
    assert_eq!(off.table(), free.table());
    let (record, layout) = drawn(&shared, &fine());
    for name in ["ε 2/255", "ε 4/255", "ε 8/255"] {
        assert_eq!(
            record.texts.iter().filter(|text| *text == name).count(),
            1,
            "{name}"
        );
    }
    let px = |panel: &PanelLayout| (panel.left, panel.width);
    assert!(
        layout
            .panels
            .iter()
            .all(|panel| px(panel) == px(&layout.panels[0]))
    );
    // One band to a panel, and so filled.
    let filled = record.polygons.iter().filter(|polygon| polygon.len() > 20);
    assert_eq!(filled.count(), 3);
}

#[test]
fn runs_beside_each_other_keep_their_colours_and_bars_are_parted_too() {
    let (one, other) = (made_up::state(STANDARD), made_up::state(ROBUST));
    let sources = [Source::new("a", 2, &one), Source::new("b", 4, &other)];
    for kind in [
        "accuracy",
        "loss",
        "robust-by-passes",
        "first-flip",
        "peak-minus-flip",
    ] {
        let of = |facets| build(kind, &sources, &view(facets)).unwrap();
        let shared = of(Facets::Shared);
        let named: Vec<_> = shared
            .panels
            .iter()
            .filter_map(|panel| panel.of.clone())
            .collect();
        assert_eq!(named, [(2, "a".to_owned()), (4, "b".to_owned())], "{kind}");
        assert_eq!(shared.table(), of(Facets::Off).table(), "{kind}");
        let slots = shared
            .readings(3.0)
            .into_iter()
            .map(|read| (read.panel, read.slot));
        assert!(
            slots.clone().all(|(panel, slot)| slot == [2, 4][panel]),
            "{kind}"
        );
    }
}

#[test]
fn what_belongs_to_no_run_alone_stays_in_one_panel() {
    let (one, other) = (made_up::state(STANDARD), made_up::state(ROBUST));
    let sources = [Source::new("a", 0, &one), Source::new("b", 1, &other)];
    let predictions = ViewState {
        measure: Measure::Pred,
        ..view(Facets::Shared)
    };
    assert_eq!(
        build("measure", &sources, &predictions)
            .unwrap()
            .panels
            .len(),
        1
    );
    assert_eq!(
        build("confusion", &sources, &view(Facets::Shared))
            .unwrap()
            .panels
            .len(),
        1
    );
    assert_eq!(
        build("factors", &sources, &view(Facets::Shared))
            .unwrap()
            .panels
            .len(),
        2
    );
    assert_eq!(
        build("loss", &sources[..1], &view(Facets::Shared))
            .unwrap()
            .panels
            .len(),
        1
    );
}
