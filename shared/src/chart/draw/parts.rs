//! The parts of an attack: a line between two, and their names above the plot.

use crate::chart::brush::{Brush, Drawn, Ink, Type};
use crate::chart::decades::Decades;
use crate::chart::layout::{PanelLayout, PartLayout};
use crate::chart::mark::Shade;
use crate::chart::stops::XAxis;
use crate::chart::text::width;
use crate::chart::tick::TICK_SIZE;
use crate::chart::xmap::XMap;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// The height of the strip with the names.
pub const STRIP: f64 = 16.0;
/// The least room between a name and the edge of its band.
const ROOM: f64 = 3.0;
/// The opacity of the line between two parts of one kind.
const WITHIN_A_KIND: f64 = 0.45;
/// The opacity of the line between two kinds.
const BETWEEN_KINDS: f64 = 1.0;

/// Where the parts of an axis are; the outermost reach to the edges of the plot.
pub fn places(axis: &XAxis, map: &XMap, left: f64, right: f64) -> Vec<PartLayout> {
    let stops = match axis {
        XAxis::Steps(stops) => stops,
        XAxis::Decades(decades) => return of_decades(decades, map, left, right),
        _ => return Vec::new(),
    };
    let bands = map.bands();
    let part = |(place, band): (usize, &crate::chart::xmap::Band)| {
        let stage = stops.stages.get(band.stage)?;
        Some(PartLayout {
            name: stage.name.clone(),
            group: stage.group.clone(),
            left: if place == 0 { left } else { band.left },
            right: if place + 1 == bands.len() {
                right
            } else {
                band.right
            },
            range: stops.range_of(band.stage),
        })
    };
    bands.iter().enumerate().filter_map(part).collect()
}

/// Where the parts of an axis of positive numbers are; the first begins where zero ends.
fn of_decades(decades: &Decades, map: &XMap, left: f64, right: f64) -> Vec<PartLayout> {
    let count = decades.parts.len();
    let part = |(place, part): (usize, &Shade)| PartLayout {
        name: part.label.clone(),
        group: None,
        left: if place == 0 { left } else { map.px(part.from) },
        right: if place + 1 == count {
            right
        } else {
            map.px(part.to)
        },
        range: None,
    };
    decades.parts.iter().enumerate().map(part).collect()
}

/// Neighbours of one kind.
fn kinds(parts: &[PartLayout]) -> impl Iterator<Item = &[PartLayout]> {
    parts.chunk_by(|one, next| one.group.is_some() && one.group == next.group)
}

fn fits(name: &str, left: f64, right: f64) -> bool {
    width(name, TICK_SIZE, false) + 2.0 * ROOM <= right - left
}

/// Whether each part of a kind has room for its own name.
fn fit_singly(kind: &[PartLayout]) -> bool {
    let mut parts = kind.iter();
    parts.all(|part| fits(&part.name, part.left, part.right))
}

/// The names that have room, each with its middle: those of single parts where all of one kind have it, else what they are called together.
pub fn names(parts: &[PartLayout]) -> Vec<(String, f64)> {
    let mut names = Vec::new();
    for kind in kinds(parts) {
        if fit_singly(kind) {
            let single = |part: &PartLayout| (part.name.clone(), (part.left + part.right) / 2.0);
            names.extend(kind.iter().map(single));
        } else if let ([first, ..], [.., last]) = (kind, kind)
            && let Some(group) = &first.group
            && fits(group, first.left, last.right)
        {
            names.push((group.clone(), (first.left + last.right) / 2.0));
        }
    }
    names
}

/// Draws the lines between the parts, and their names where the panel has a strip for them.
pub fn draw<DB: DrawingBackend>(brush: &mut Brush<'_, DB>, layout: &PanelLayout) -> Drawn<DB> {
    let tokens = brush.tokens;
    let (strip, bottom) = (layout.top - layout.strip, layout.top + layout.height);
    for (place, kind) in kinds(&layout.parts).enumerate() {
        // A name of several parts is not crossed by the lines between them.
        let top = if fit_singly(kind) { strip } else { layout.top };
        for (within, part) in kind.iter().enumerate() {
            let (top, opacity) = match (place, within) {
                (0, 0) => continue,
                (_, 0) => (strip, BETWEEN_KINDS),
                _ => (top, WITHIN_A_KIND),
            };
            brush.vertical(part.left, top, bottom, 1.0, Ink(tokens.axis, opacity))?;
        }
    }
    if layout.strip == 0.0 {
        return Ok(());
    }
    let look = Type {
        size: TICK_SIZE,
        bold: false,
        color: tokens.muted,
        anchor: HPos::Center,
    };
    for (name, middle) in names(&layout.parts) {
        brush.text(&name, middle, layout.top - layout.strip / 2.0 - 1.0, look)?;
    }
    Ok(())
}
