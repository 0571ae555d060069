//! What figures say in words: nothing that is no number, nothing that means something else.

use super::*;
use crate::chart::figure::Unit;
use crate::chart::gallery::figures;
use crate::field::Norm;

/// Failed before: "median first flip not a number", "in 0 of 0", and "no data yet" of a run that had ended.
#[test]
fn where_no_image_flips_figures_say_so() {
    let state = made_up::state(Like {
        pace: 0.0,
        ..STANDARD
    });
    let one = Source::new("a", 0, &state);
    let two = Source::new("b", 1, &state);
    for chart in all() {
        for sources in [&[one][..], &[one, two]] {
            let figure = chart.figure(sources, &ViewState::default());
            let said = [&figure.caption, &figure.subtitle, figure.empty];
            let shades = figure.panels.iter().flat_map(|panel| &panel.shades);
            let said = said
                .into_iter()
                .chain(shades.map(|shade| shade.label.as_str()));
            for text in said {
                for bad in ["not a number", "NaN", "0 of 0", "yet"] {
                    assert!(!text.contains(bad), "{}: {text}", chart.id());
                }
            }
        }
    }
    for kind in ["first-flip", "peak-minus-flip", "aligned", "confusion"] {
        let figure = build(kind, &[one], &ViewState::default()).unwrap();
        let said = figure.caption.to_lowercase();
        assert!(said.contains("no image has flipped"), "{kind}: {said}");
    }
}

/// Failed before: 30 examples were "30 (3000 %)" under the cursor.
#[test]
fn a_count_under_the_cursor_is_no_share() {
    let mut seen = 0;
    for (name, figure) in figures() {
        let [panel] = figure.panels.as_slice() else {
            continue;
        };
        let Content::Bars(groups) = &panel.content else {
            continue;
        };
        for (x, ..) in groups.iter().flat_map(|group| &group.bars) {
            for reading in figure.readings(*x) {
                let share = reading.text.contains('%');
                assert_eq!(
                    share,
                    panel.y.unit == Unit::Percent,
                    "{name}: {}",
                    reading.text
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 0);
}

/// Failed before: only the lowest of two axes had labels, so that 8/255 in ℓ∞ was read off an axis of ℓ2.
#[test]
fn panels_with_axes_of_their_own_have_labels_of_their_own() {
    let of = |norm: Norm, epsilons: [&str; 2]| {
        let mut state = made_up::state(Like {
            passes: 2,
            ..STANDARD
        });
        let started = state.started.as_mut().unwrap();
        started.norm = Some(norm);
        started.epsilons = epsilons.map(|epsilon| epsilon.parse().unwrap()).into();
        state
    };
    let states = [
        of(Norm::Linf, ["2/255", "8/255"]),
        of(Norm::L2, ["0.25", "0.5"]),
    ];
    let sources = [
        Source::new("a", 0, &states[0]),
        Source::new("b", 1, &states[1]),
    ];
    let figure = build("robust-by-epsilon", &sources, &ViewState::default()).unwrap();
    let (record, layout) = drawn(&figure, &Options::default());
    let has = |label: &str| record.texts.iter().any(|text| text == label);
    assert!(has("ε in 1/255") && has("ε, ℓ2"), "{:?}", record.texts);
    assert!(has("8") && has("0.50"), "{:?}", record.texts);
    let [upper, lower] = layout.panels.as_slice() else {
        panic!("two panels");
    };
    // Its ticks, its name, and the name of the lower one's vertical axis.
    assert!(lower.top - upper.top - upper.height > 50.0);
    // Both have a 0, which is not the same place.
    for place in [0, 1] {
        let read = figure.readings_of(place, 0.0);
        assert!(read.iter().all(|reading| reading.panel == place) && !read.is_empty());
    }
    // The command line and pages say 8/255 too.
    assert!(figure.caption.contains("ε 8/255"), "{}", figure.caption);
}
