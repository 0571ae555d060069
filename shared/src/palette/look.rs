//! Dashes and markers, so that colour never stands alone.

use super::COLOURS;

/// The shape that marks a slot's points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A square on its corner.
    Diamond,
    /// A triangle pointing up.
    Up,
    /// A cross.
    Cross,
}

/// The dashes by slot: lengths of stroke and gap in turn, in CSS pixels; empty for a full line.
const DASHES: [&[f64]; 5] = [
    &[],
    &[7.0, 4.0],
    &[2.0, 3.0],
    &[9.0, 3.0, 2.0, 3.0],
    &[13.0, 4.0],
];

/// The markers by slot.
const MARKERS: [Marker; 5] = [
    Marker::Circle,
    Marker::Square,
    Marker::Diamond,
    Marker::Up,
    Marker::Cross,
];

/// The dash of a slot. The first five slots differ in colour and dash; each further five pair them anew.
pub fn dash(slot: usize) -> &'static [f64] {
    DASHES[(slot + slot / COLOURS) % DASHES.len()]
}

/// The marker of a slot.
pub fn marker(slot: usize) -> Marker {
    MARKERS[(slot + slot / COLOURS) % MARKERS.len()]
}
