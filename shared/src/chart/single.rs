//! Single examples among the curves of a run: each with a colour and a dash of its own, and called as the table of images calls it.

use super::banded::{place, standing};
use super::words::class_name;
use super::{ExampleDetail, Source};
use crate::measure::Measure;
use crate::route::ViewState;
use crate::series::{Datum, Role, Series};

/// The curves of the examples of a run; of the part that stands for it, where it has several epsilons.
pub fn curves(sources: &[Source<'_>], measure: Measure, view: &ViewState) -> Vec<Series> {
    let Some(source) = standing(sources) else {
        return Vec::new();
    };
    let Some(started) = &source.state.started else {
        return Vec::new();
    };
    let axis = &started.axis;
    let free = sources.iter().map(|source| source.slot + 1).max();
    let curve = |(place_of, example): (usize, &ExampleDetail)| {
        let values = example.curves.get(&measure)?;
        let at = |point: usize| {
            Datum::single(place(axis, point), values.get(point).map(|value| value.0))
        };
        // By its place in the view, so that it keeps its colour whatever else is looked at.
        let ticked = view.curves.iter().position(|row| *row == example.path.row);
        Some(Series {
            name: name(example, source.classes),
            slot: free.unwrap_or(0) + ticked.unwrap_or(view.curves.len() + place_of),
            role: Role::Single,
            points: (0..axis.points()).map(at).collect(),
            band: None,
            breaks: axis.breaks(),
            measured: false,
        })
    };
    source
        .examples
        .iter()
        .enumerate()
        .filter_map(curve)
        .collect()
}

/// `image 212, cat → dog`: its class, and the one to which it flips first.
fn name(example: &ExampleDetail, classes: &[String]) -> String {
    let path = &example.path;
    let class = |class: u32| class_name(classes, class);
    let name = format!("image {}, {}", path.index, class(path.label));
    match path.flip_to {
        Some(to) => format!("{name} → {}", class(to)),
        None => name,
    }
}
