//! Attacks of several parts: bands with their names, and nothing drawn from one into the next.

use super::*;
use crate::chart::draw::part_names;
use crate::chart::text::width;
use crate::chart::tick::TICK_SIZE;
use crate::spec::AttackSpec;

const RESTARTS: Like = Like {
    random_start: true,
    steps: 12,
    parts: 4,
    examples: 60,
    ..STANDARD
};
const CLASSES: Like = Like {
    steps: 100,
    parts: 9,
    examples: 60,
    pace: 0.05,
    ..STANDARD
};

fn layout_of(figure: &Figure, width: u32) -> Layout {
    let options = Options {
        width,
        ..Options::default()
    };
    drawn(figure, &options).1
}

/// Planted: one piece for each curve, as before; lines led from the valley at the end of a part back to the clean image of the next.
#[test]
fn nothing_is_drawn_from_one_part_into_the_next() {
    for like in [RESTARTS, CLASSES] {
        let state = made_up::state(like);
        let singles = [made_up::detail(like, 3)];
        let source = Source {
            examples: &singles,
            ..Source::new("run", 0, &state)
        };
        let predictions = ViewState {
            measure: Measure::Pred,
            ..ViewState::default()
        };
        let usual = ViewState::default();
        for (id, view) in [
            ("sharpness", &usual),
            ("accuracy", &usual),
            ("factors", &usual),
            ("example", &usual),
            ("measure", &predictions),
        ] {
            let figure = build(id, &[source], view).unwrap();
            let (record, layout) = drawn(&figure, &fine());
            for panel in &layout.panels {
                assert_eq!(panel.parts.len(), like.parts as usize, "{id}");
                let inside = |y: i32| {
                    (panel.top - 1.0..=panel.top + panel.height + 1.0)
                        .contains(&(f64::from(y) / 8.0))
                };
                let shapes = record.paths.iter().chain(&record.polygons);
                let shapes = shapes.filter(|shape| shape.iter().all(|point| inside(point.1)));
                let mut wide = 0;
                for shape in shapes {
                    let xs = || shape.iter().map(|point| f64::from(point.0) / 8.0);
                    let (left, right) =
                        (xs().fold(f64::MAX, f64::min), xs().fold(f64::MIN, f64::max));
                    wide += usize::from(right - left > 30.0);
                    // A marker at a part's end may reach over the boundary.
                    if right - left < 9.0 {
                        continue;
                    }
                    for boundary in panel.parts.iter().skip(1).map(|part| part.left) {
                        assert!(
                            right < boundary + 0.2 || left > boundary - 0.2,
                            "{id} {left} {boundary} {right}"
                        );
                    }
                }
                assert!(wide >= like.parts as usize, "{id} {wide}");
            }
        }
    }
}

#[test]
fn a_curve_has_all_its_points_in_its_pieces() {
    let state = made_up::state(RESTARTS);
    let figure = sharpness(&state, &ViewState::default());
    let Content::Curves(curves) = &figure.panels[0].content else {
        panic!("no curves");
    };
    let lengths: Vec<usize> = curves[0].pieces().map(<[_]>::len).collect();
    // The clean point, the start and 12 steps; 13 points of each later run.
    assert_eq!(lengths, [14, 13, 13, 13]);
    assert_eq!(
        curves[0].pieces().collect::<Vec<_>>().concat(),
        curves[0].points
    );
}

#[test]
fn the_names_of_parts_never_overlap_and_stay_in_their_bands() {
    let mut counts = Vec::new();
    for spec in [
        AttackSpec::new("autoattack", []),
        AttackSpec::new("autoattack", [("version", "plus".into())]),
        AttackSpec::new("apgd", [("restarts", 5.into())]),
        AttackSpec::new(
            "fab_t",
            [("restarts", 3.into()), ("target_classes", 4.into())],
        ),
    ] {
        let mut state = made_up::state(STANDARD);
        if let Some(started) = &mut state.started {
            started.axis = spec.axis();
        }
        state.ended = None;
        for width_of in [320, 700, 1500, 4000] {
            let layout = layout_of(&sharpness(&state, &ViewState::default()), width_of);
            let panel = &layout.panels[0];
            assert_eq!(panel.parts.len(), spec.stages().len());
            let names = part_names(&panel.parts);
            let mut free = panel.left;
            for (name, middle) in &names {
                let half = width(name, TICK_SIZE, false) / 2.0;
                assert!(middle - half >= free, "{names:?}");
                free = middle + half;
            }
            assert!(free <= panel.left + panel.width);
            counts.push(names.len());
        }
    }
    // Single names where they fit, one for all nine classes where they do not.
    assert_eq!(counts[2..4], [4, 20], "{counts:?}");
}

#[test]
fn a_place_is_called_by_its_part_and_the_table_has_a_column_for_it() {
    let state = made_up::state(RESTARTS);
    let figure = sharpness(&state, &ViewState::default());
    let layout = layout_of(&figure, 800);
    let panel = &layout.panels[0];
    let labels: Vec<&str> = panel.stops.iter().map(|stop| stop.label.as_str()).collect();
    assert_eq!(labels[..3], ["0", "start", "restart 1, step 1"]);
    assert_eq!(labels[14..16], ["restart 2, step 1", "restart 2, step 2"]);
    let table = figure.table();
    assert_eq!(
        table.columns[..4],
        ["step", "part", "step of the part", "median"]
    );
    let csv = table.csv();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[1].starts_with("0,,,") && lines[2].starts_with("start,,,"));
    assert!(
        lines[3].starts_with("1,restart 1,1,") && lines[15].starts_with("13,restart 2,1,"),
        "{csv}"
    );
    assert_eq!(
        figure.panels[0].rules[0].label,
        "median first flip 5, in restart 1"
    );
    assert!(
        figure.caption.contains("restart 4, step 13"),
        "{}",
        figure.caption
    );
}

#[test]
fn a_part_can_be_shown_alone() {
    let state = made_up::state(CLASSES);
    let whole = layout_of(&sharpness(&state, &ViewState::default()), 800);
    let ranges: Vec<Option<(u32, u32)>> = whole.panels[0]
        .parts
        .iter()
        .map(|part| part.range)
        .collect();
    assert_eq!((ranges[0], ranges[4]), (Some((0, 100)), Some((404, 504))));
    let view = ViewState {
        range: ranges[4],
        ..ViewState::default()
    };
    let figure = sharpness(&state, &view);
    let layout = layout_of(&figure, 800);
    let panel = &layout.panels[0];
    let names: Vec<&str> = panel.parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["target 5"]);
    assert!(
        panel
            .stops
            .iter()
            .all(|stop| stop.label.starts_with("target 5, step "))
    );
    let XAxis::Steps(stops) = &figure.panels[0].x else {
        panic!("no steps");
    };
    let parts = stops.parts();
    assert_eq!(
        (parts.len(), &parts[4]),
        (9, &("target 5".to_owned(), (404, 504)))
    );
    let middle = panel.parts[0].left + 10.0;
    assert_eq!(
        panel
            .part_at(middle, panel.top - 3.0)
            .map(|part| part.name.as_str()),
        Some("target 5")
    );
    assert_eq!(panel.part_at(middle, panel.top + 3.0), None);
}

#[test]
fn runs_with_other_parts_are_drawn_without_bands_and_a_note_says_so() {
    let (one, other) = (made_up::state(CLASSES), made_up::state(STANDARD));
    let of = |states: [&RunState; 2]| {
        let sources = [
            Source::new("a", 0, states[0]),
            Source::new("b", 1, states[1]),
        ];
        build("sharpness", &sources, &ViewState::default()).unwrap()
    };
    let said = |figure: &Figure| {
        figure
            .notes
            .iter()
            .any(|note| note.text.contains("different parts"))
    };
    let mixed = of([&one, &other]);
    assert!(said(&mixed));
    assert_eq!(layout_of(&mixed, 800).panels[0].parts, []);
    // A line into the next part would still look like a valley.
    let Content::Curves(curves) = &mixed.panels[0].content else {
        panic!("no curves");
    };
    assert_eq!(curves[0].pieces().count(), 9);
    let same = of([&one, &one]);
    assert!(!said(&same));
    assert_eq!(layout_of(&same, 800).panels[0].parts.len(), 9);
}

#[test]
fn ticks_count_the_steps_of_each_part_inside_its_band() {
    for (like, width_of) in [
        (RESTARTS, 800),
        (RESTARTS, 340),
        (CLASSES, 800),
        (CLASSES, 2000),
    ] {
        let state = made_up::state(like);
        let figure = sharpness(&state, &ViewState::default());
        let layout = layout_of(&figure, width_of);
        let panel = &layout.panels[0];
        let map = crate::chart::xmap::XMap::new(
            &figure.panels[0].x,
            panel.left + 9.0,
            panel.left + panel.width - 9.0,
        );
        let ticks = crate::chart::tick::x_ticks(&figure.panels[0].x, &map);
        let XAxis::Steps(stops) = &figure.panels[0].x else {
            panic!("no steps");
        };
        let mut free = f64::MIN;
        for (x, label) in &ticks {
            let half = width(label, TICK_SIZE, false) / 2.0;
            assert!(map.px(*x) - half >= free, "{ticks:?}");
            free = map.px(*x) + half;
            if let Some(stage) = stops.stage_of(*x) {
                assert_eq!(*label, stage.within(*x as u32).to_string());
            }
        }
        assert!(ticks.len() >= like.parts as usize, "{ticks:?}");
    }
}
