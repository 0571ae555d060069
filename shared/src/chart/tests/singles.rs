//! Single examples: told apart by colour, dash and name.

use super::*;
use crate::chart::legend::{Swatch, entries};
use crate::palette::{Theme, dash};

fn singles(figure: &Figure) -> Vec<&crate::series::Series> {
    let Content::Curves(curves) = &figure.panels[0].content else {
        panic!("no curves");
    };
    curves
        .iter()
        .filter(|curve| curve.role == Role::Single)
        .collect()
}

/// Failed before: all were of one grey without a name at their ends, one entry of the legend and one name of the tooltip for all.
#[test]
fn every_example_has_its_own_look_and_the_name_that_the_table_of_images_gives_it() {
    let state = made_up::state(STANDARD);
    let classes = made_up::classes();
    let rows = [3, 40, 77, 90, 101, 130, 140, 150, 160, 170, 180, 190];
    let examples = rows.map(|row| made_up::detail(STANDARD, row));
    let source = Source {
        classes: &classes,
        examples: &examples,
        ..Source::new("run", 0, &state)
    };
    let view = ViewState {
        curves: rows.into(),
        ..ViewState::default()
    };
    let figure = build("sharpness", &[source], &view).unwrap();
    let drawn_as = singles(&figure);
    let looks: HashSet<_> = drawn_as
        .iter()
        .map(|one| {
            (
                format!("{:?}", Theme::Dark.series(one.slot)),
                format!("{:?}", dash(one.slot)),
            )
        })
        .collect();
    assert_eq!(looks.len(), rows.len());
    assert!(drawn_as.iter().all(|one| one.slot != 0), "the median's own");
    let path = &examples[0].path;
    let (from, to) = (
        &classes[path.label as usize],
        path.flip_to.unwrap() as usize,
    );
    let name = format!("image {}, {from} → {}", path.index, classes[to]);
    assert_eq!(drawn_as[0].name, name);
    let columns = figure.table().columns;
    let read: Vec<String> = figure
        .readings(4.0)
        .into_iter()
        .map(|read| read.name)
        .collect();
    let (record, _) = drawn(
        &figure,
        &Options {
            width: 1200,
            ..fine()
        },
    );
    for one in &drawn_as {
        assert!(
            columns.contains(&one.name) && read.contains(&one.name),
            "{}",
            one.name
        );
        let start = one.name.split(' ').nth(1).unwrap();
        assert!(
            record.texts.iter().any(|text| text.contains(start)),
            "{}",
            one.name
        );
    }
}

#[test]
fn an_example_keeps_its_colour_whatever_is_looked_at() {
    let state = made_up::state(STANDARD);
    let [ticked, looked_at] = [40, 3].map(|row| made_up::detail(STANDARD, row));
    let slot_of = |examples: &[ExampleDetail], index: u64| {
        let source = Source {
            examples,
            ..Source::new("run", 0, &state)
        };
        let view = ViewState {
            curves: vec![40],
            ..ViewState::default()
        };
        let figure = build("sharpness", &[source], &view).unwrap();
        let start = format!("image {index},");
        let found = singles(&figure)
            .into_iter()
            .find(|one| one.name.starts_with(&start));
        found.map(|one| one.slot)
    };
    let index = ticked.path.index;
    let alone = slot_of(std::slice::from_ref(&ticked), index);
    assert_eq!(slot_of(&[looked_at, ticked], index), alone);
    assert!(alone.is_some());
}

#[test]
fn a_narrow_legend_lists_a_few_examples_and_counts_many() {
    let state = made_up::state(STANDARD);
    let says = |rows: &[usize]| {
        let examples: Vec<_> = rows
            .iter()
            .map(|row| made_up::detail(STANDARD, *row))
            .collect();
        let source = Source {
            examples: &examples,
            ..Source::new("run", 0, &state)
        };
        let figure = build("sharpness", &[source], &ViewState::default()).unwrap();
        let listed = entries(&figure, false).into_iter();
        let lines = listed.clone().filter(|entry| {
            matches!(
                entry.swatch,
                Swatch::Line {
                    role: Role::Single,
                    ..
                }
            )
        });
        let counted = listed.clone().any(|entry| entry.text.contains("5 images"));
        (lines.count(), counted)
    };
    assert_eq!(says(&[3, 40]), (2, false));
    assert_eq!(says(&[3, 40, 77, 90, 101]), (0, true));
}

/// Failed before: the curves of the examples were drawn once for each epsilon.
#[test]
fn of_several_epsilons_an_example_is_drawn_once() {
    let mut state = made_up::state(Like {
        passes: 2,
        ..STANDARD
    });
    let started = state.started.as_mut().unwrap();
    started.epsilons = ["2/255", "8/255"].map(|text| text.parse().unwrap()).into();
    let examples = [made_up::detail(STANDARD, 3)];
    let source = Source {
        examples: &examples,
        ..Source::new("run", 0, &state)
    };
    let figure = build("sharpness", &[source], &ViewState::default()).unwrap();
    let slots: Vec<usize> = singles(&figure).iter().map(|one| one.slot).collect();
    assert_eq!(slots, [2]);
}
