//! Bands: filled for one run, their edges alone for several.

use super::*;
use crate::chart::legend::{Swatch, entries};

/// The bands of a figure: filled stretches and thin lines as long as the plot, beside the legend's swatches of bands.
fn bands(figure: &Figure) -> (usize, usize, Vec<Swatch>) {
    let (record, layout) = drawn(figure, &fine());
    let (left, top) = (8.0 * layout.panels[0].left, 8.0 * layout.panels[0].top);
    let long = |path: &&Vec<(i32, i32)>| {
        path.len() > 20
            && path
                .iter()
                .all(|at| f64::from(at.0) >= left && f64::from(at.1) >= top)
    };
    let filled = record.polygons.iter().filter(long).count();
    let lines = record.paths.iter().filter(long).count();
    let swatches = entries(figure, true).into_iter().map(|entry| entry.swatch);
    let of_bands = |swatch: &Swatch| matches!(swatch, Swatch::Band { .. } | Swatch::Edges { .. });
    (filled, lines, swatches.filter(of_bands).collect())
}

/// Failed before: two filled bands lay over each other, and the legend had a grey one.
#[test]
fn of_several_runs_only_the_edges_of_bands_are_drawn_and_the_legend_says_so() {
    let (one, other) = (made_up::state(STANDARD), made_up::state(ROBUST));
    let sources = [Source::new("a", 0, &one), Source::new("b", 1, &other)];
    let view = ViewState::default();
    let alone = build("sharpness", &sources[..1], &view).unwrap();
    let (slot, strong) = (Some(0), false);
    let band = Swatch::Band { slot, strong };
    assert_eq!(bands(&alone), (1, 1, vec![band]));
    // A full line, the pieces of a dashed one are shorter, and two edges each.
    let both = build("sharpness", &sources, &view).unwrap();
    assert_eq!(bands(&both), (0, 5, vec![Swatch::Edges { strong }]));
}

#[test]
fn the_two_curves_of_one_run_keep_their_filled_bands() {
    let state = made_up::state(ROBUST);
    let source = [Source::new("run", 0, &state)];
    let figure = build("accuracy", &source, &ViewState::default()).unwrap();
    assert_eq!(bands(&figure).0, 2);
}
