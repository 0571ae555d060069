//! Markers at the edge of a plot for values that its axis cannot show.

use super::brush::{Brush, Drawn, Ink};
use super::layout::PanelLayout;
use crate::palette::Marker;
use crate::series::Class;
use plotters::prelude::DrawingBackend;

/// The size of edge markers in CSS pixels.
pub const EDGE_SIZE: f64 = 7.0;

/// Marks at `x` that a value of this class lies beyond the axis.
pub fn edge_marker<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    layout: &PanelLayout,
    x: f64,
    class: Class,
    ink: Ink,
) -> Drawn<DB> {
    let bottom = layout.top + layout.height - EDGE_SIZE / 2.0 - 1.0;
    let top = layout.top + EDGE_SIZE / 2.0 + 1.0;
    match class {
        Class::Shown => Ok(()),
        Class::Below | Class::Above => symbol(
            brush,
            class,
            (x, if class == Class::Below { bottom } else { top }),
            ink,
        ),
        Class::NotFinite => symbol(brush, class, (x, top), ink),
    }
}

/// The symbol of a class, at the edge and in the legend: a triangle that points to where the value is, or a cross.
pub fn symbol<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    class: Class,
    (x, y): (f64, f64),
    ink: Ink,
) -> Drawn<DB> {
    let half = EDGE_SIZE / 2.0;
    match class {
        Class::Shown => Ok(()),
        Class::Below => brush.polygon(
            &[(x - half, y - half), (x + half, y - half), (x, y + half)],
            ink,
        ),
        Class::Above => brush.polygon(
            &[(x - half, y + half), (x + half, y + half), (x, y - half)],
            ink,
        ),
        Class::NotFinite => brush.marker(Marker::Cross, (x, y), EDGE_SIZE, ink),
    }
}
