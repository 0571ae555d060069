//! What an axis could not show, counted.

use super::figure::{Content, Panel};
use crate::amount::significant;
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
    let (mut points, mut below, mut above, mut not_finite) = (0, 0, 0, 0);
    let (mut edges, mut edges_below, mut left_out) = (0, 0, 0);
    for curve in curves {
        for point in &curve.points {
            let Some(y) = point.y else { continue };
            if curve.role != Role::BandOnly {
                points += 1;
                match range.class(y) {
                    Class::Shown => {}
                    Class::Below => below += 1,
                    Class::Above => above += 1,
                    Class::NotFinite => not_finite += 1,
                }
            }
            if curve.role != Role::Single {
                left_out += point.not_finite;
            }
            if point.low.is_finite() {
                edges += 1;
                edges_below += usize::from(range.class(point.low) == Class::Below);
            }
        }
    }
    let under = if range.log {
        format!("below {} of the largest value", significant(floor, 3))
    } else {
        "below the axis".to_owned()
    };
    let mut notes = Vec::new();
    let mut add = |count: usize, class, text: String| {
        if count > 0 {
            notes.push(Note { class, text });
        }
    };
    add(
        below,
        Some(Class::Below),
        format!("{below} of {points} points {under}"),
    );
    add(
        above,
        Some(Class::Above),
        format!("{above} of {points} points above the axis"),
    );
    add(
        not_finite,
        Some(Class::NotFinite),
        format!("{not_finite} of {points} points not finite"),
    );
    add(
        edges_below,
        None,
        format!("band cut at the floor at {edges_below} of {edges} points"),
    );
    add(
        left_out,
        None,
        format!("{left_out} readings not finite, left out"),
    );
    notes
}
