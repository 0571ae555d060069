//! What an axis could not show, counted.

use super::figure::{Content, Panel};
use super::tick::power;
use crate::series::{Class, Role};

/// A remark on the figure, with the marker that it explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The class of values that it counts, whose marker stands at the edge; none for a remark without markers.
    pub class: Option<Class>,
    /// The remark with its numbers.
    pub text: String,
}

/// The remarks on a panel of curves: points beyond the axis, and readings that were not finite.
///
/// `floor` is the floor of a log axis as a part of its largest value.
pub(super) fn notes(panel: &Panel, floor: f64) -> Vec<Note> {
    let Content::Curves(curves) = &panel.content else {
        return Vec::new();
    };
    let range = &panel.y.range;
    let (from, to) = panel.x.shown();
    let (mut points, mut below, mut not_finite) = (0, 0, 0);
    let (mut edges_below, mut left_out) = (0, 0);
    for curve in curves {
        for point in curve
            .points
            .iter()
            .filter(|point| from <= point.x && point.x <= to)
        {
            let Some(y) = point.y else { continue };
            if curve.role != Role::BandOnly {
                points += 1;
                below += usize::from(range.class(y) == Class::Below);
                not_finite += usize::from(range.class(y) == Class::NotFinite);
                edges_below +=
                    usize::from(point.low.is_finite() && range.class(point.low) == Class::Below);
            }
            if curve.role != Role::Single {
                left_out += point.not_finite;
            }
        }
    }
    let under = if range.log {
        format!("below {} × max", power(floor))
    } else {
        "below the axis".to_owned()
    };
    let mut notes = Vec::new();
    let mut add = |count: usize, class, text: String| {
        if count > 0 {
            notes.push(Note { class, text });
        }
    };
    let counted = match (below, edges_below) {
        (below, 0) => format!("{below} of {points} points {under}"),
        (0, edges) => format!("{edges} band edges {under}"),
        (below, edges) => format!("{below} of {points} points, {edges} band edges {under}"),
    };
    add(below + edges_below, Some(Class::Below), counted);
    add(
        not_finite,
        Some(Class::NotFinite),
        format!("{not_finite} of {points} points not finite"),
    );
    add(
        left_out,
        None,
        format!("{left_out} readings not finite, left out"),
    );
    notes
}
