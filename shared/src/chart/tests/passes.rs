//! Robust accuracy by passes: a log axis, zero apart, and the parts of an attack.

use super::*;
use crate::chart::draw::part_names;
use crate::chart::tick::x_ticks;
use crate::chart::xmap::XMap;

const ENSEMBLE: Like = Like {
    attack: Some("autoattack"),
    examples: 40,
    pace: 0.05,
    ..STANDARD
};

fn by_passes(sources: &[Source<'_>]) -> Figure {
    build("robust-by-passes", sources, &ViewState::default()).unwrap()
}

/// Failed before: on a straight axis the first hundred passes, in which nearly all is decided, were a hundredth of the width.
#[test]
fn every_decade_of_passes_is_equally_wide_and_zero_stands_apart() {
    let state = made_up::state(ENSEMBLE);
    let figure = by_passes(&[Source::new("run", 0, &state)]);
    let axis = &figure.panels[0].x;
    let map = XMap::new(axis, 100.0, 900.0);
    let tens = [10.0, 100.0, 1000.0, 10_000.0].map(|x| map.px(x));
    for pair in tens.windows(2) {
        // Two logarithms and a product.
        assert!(
            (pair[1] - pair[0] - (tens[1] - tens[0])).abs() < 1e-9,
            "{tens:?}"
        );
    }
    let labels: Vec<String> = x_ticks(axis, &map).into_iter().map(|tick| tick.1).collect();
    assert_eq!(labels, ["0", "10", "100", "1000", "10000"]);
    assert_eq!(
        (map.px(0.0), axis.label()),
        (100.0, "forward and backward passes, log axis")
    );
    // The clean point is there, and nothing leads from it over the gap.
    let Content::Curves(curves) = &figure.panels[0].content else {
        panic!("no curves");
    };
    let pieces: Vec<usize> = curves[0].pieces().map(<[_]>::len).collect();
    assert_eq!(
        (pieces.len(), pieces[0], curves[0].points[0].x),
        (2, 1, 0.0)
    );
    assert!(map.px(curves[0].points[1].x) > 150.0);
}

/// Failed before: AutoAttack's parts were not told apart.
#[test]
fn the_parts_of_an_attack_are_marked_by_name_where_their_passes_were_spent() {
    let state = made_up::state(ENSEMBLE);
    let figure = by_passes(&[Source::new("run", 0, &state)]);
    let (_, layout) = drawn(&figure, &fine());
    let parts = &layout.panels[0].parts;
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["APGD-CE", "APGD-T", "FAB-T", "Square"]);
    assert_eq!(part_names(parts).len(), 4);
    let stages = &state.started.as_ref().unwrap().axis.stages;
    let XAxis::Decades(axis) = &figure.panels[0].x else {
        panic!("no decades");
    };
    // Two passes a step.
    let ends: Vec<f64> = axis.parts.iter().map(|part| part.to).collect();
    let last = |place: usize| 2.0 * f64::from(stages[place].last);
    assert_eq!(ends, [0, 9, 18, 19].map(last));
    assert!(
        figure
            .caption
            .contains("The parts: APGD-CE to 202 passes, "),
        "{}",
        figure.caption
    );
    let csv = figure.table().csv();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("forward and backward passes,part,right at every step"));
    assert!(
        lines[1].starts_with("0,,") && lines[2].starts_with("2,APGD-CE,"),
        "{csv}"
    );
    assert!(lines[lines.len() - 1].contains(",Square,"));
}

#[test]
fn among_several_runs_it_is_said_whose_parts_are_marked() {
    let (one, other) = (made_up::state(ROBUST), made_up::state(ENSEMBLE));
    let figure = by_passes(&[Source::new("a", 0, &one), Source::new("b", 1, &other)]);
    assert_eq!(figure.notes[0].text, "the parts marked are those of b");
    assert!(!figure.table().columns.contains(&"part".to_owned()));
    let (_, layout) = drawn(&figure, &fine());
    assert_eq!(layout.panels[0].parts.len(), 4);
}

/// Failed before: a mean of passes had four digits in a file.
#[test]
fn a_file_has_every_digit_of_the_passes() {
    let mut state = made_up::state(ROBUST);
    state.passes[0].summary.as_mut().unwrap().timeline.passes[3] = Num(5.123_456);
    let table = by_passes(&[Source::new("run", 0, &state)]).table();
    assert!(table.csv().contains("\r\n5.123456,"), "{}", table.csv());
    assert_eq!(table.rows[3][0].text(), "5.123");
}
