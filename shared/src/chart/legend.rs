//! The legend above a figure's panels.

mod entry;

pub use entry::{Entry, Swatch, entries};

use super::brush::{Brush, Drawn, Ink, Type};
use super::edge::symbol;
use super::heat;
use super::text::{width, wrapped};
use crate::palette::{Theme, dash, marker};
use crate::series::Role;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// The height of one row in CSS pixels.
pub const ROW: f64 = 17.0;
const SIZE: f64 = 11.5;
const SWATCH: f64 = 24.0;
const SPACE: f64 = 16.0;

/// One entry with its place: the row of its first line, its left edge, and its text in lines.
pub struct Placed<'a> {
    swatch: &'a Swatch,
    row: usize,
    x: f64,
    lines: Vec<String>,
}

/// The entries laid out in rows of at most `most` CSS pixels, and how many rows that makes.
pub fn placed(entries: &[Entry], most: f64) -> (Vec<Placed<'_>>, usize) {
    let (mut row, mut x, mut rows) = (0, 0.0, 0);
    let mut done = Vec::new();
    for entry in entries {
        let beside = swatch_width(&entry.swatch);
        let wide = beside + width(&entry.text, SIZE, false);
        if x > 0.0 && x + wide > most {
            (row, x) = (rows, 0.0);
        }
        let lines = wrapped(&entry.text, SIZE, false, most - beside, 2);
        rows = row + lines.len().max(1);
        done.push(Placed {
            swatch: &entry.swatch,
            row,
            x,
            lines,
        });
        if rows > row + 1 {
            (row, x) = (rows, 0.0);
        } else {
            x += wide + SPACE;
        }
    }
    (done, rows)
}

/// The width of the widest entry in CSS pixels, with a little room, so that each has a row of its own.
pub fn widest(entries: &[Entry]) -> f64 {
    let wide = |entry: &Entry| swatch_width(&entry.swatch) + width(&entry.text, SIZE, false);
    entries.iter().map(wide).fold(0.0, f64::max) + 1.0
}

fn swatch_width(swatch: &Swatch) -> f64 {
    match swatch {
        Swatch::None => 0.0,
        Swatch::Line { .. } => SWATCH + 6.0,
        Swatch::Scale => heat::SCALE + 6.0,
        _ => 18.0,
    }
}

/// Draws the legend from `(left, top)` on.
pub fn draw<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    entries: &[Entry],
    (left, top): (f64, f64),
    most: f64,
) -> Drawn<DB> {
    let tokens = brush.tokens;
    for entry in placed(entries, most).0 {
        let (x, y) = (left + entry.x, top + (entry.row as f64 + 0.5) * ROW);
        let text_x = x + swatch_width(entry.swatch);
        match entry.swatch {
            Swatch::Line { slot, role } => swatch_line(brush, theme, *slot, *role, (x, y))?,
            Swatch::Band { slot, strong } => {
                let color = slot.map_or(tokens.muted, |slot| theme.series(slot));
                brush.rect(x, y - 5.0, 13.0, 10.0, Ink(color, band_opacity(*strong)))?;
            }
            Swatch::Edges { strong } => {
                let ink = Ink(tokens.muted, edge_opacity(*strong));
                for edge in [y - 4.0, y + 4.0] {
                    brush.line(&[(x, edge), (x + 13.0, edge)], 1.0, &[], ink)?;
                }
            }
            Swatch::Interval => {
                let ends = [(x + 6.0, y - 6.0), (x + 6.0, y + 6.0)];
                brush.line(&ends, 1.5, &[], tokens.muted)?;
            }
            Swatch::Bar(slot) => brush.rect(x, y - 5.0, 13.0, 10.0, theme.series(*slot))?,
            Swatch::Shade => brush.rect(x, y - 5.0, 13.0, 10.0, Ink(tokens.muted, SHADE))?,
            Swatch::Rule => brush.line(
                &[(x + 6.0, y - 6.0), (x + 6.0, y + 6.0)],
                1.0,
                RULE_DASH,
                tokens.axis,
            )?,
            Swatch::Scale => heat::scale(brush, theme, (x, y))?,
            Swatch::Contour => brush.line(&[(x, y), (x + 13.0, y)], 2.0, &[], tokens.text)?,
            Swatch::Edge(class) => symbol(brush, *class, (x + 6.0, y), tokens.text.into())?,
            Swatch::None => {}
        }
        let look = Type {
            size: SIZE,
            bold: false,
            color: tokens.muted,
            anchor: HPos::Left,
        };
        for (line, text) in entry.lines.iter().enumerate() {
            brush.text(text, text_x, y + line as f64 * ROW, look)?;
        }
    }
    Ok(())
}

/// The dash of vertical markers.
pub const RULE_DASH: &[f64] = &[4.0, 3.0];
/// The opacity of shaded stretches.
pub const SHADE: f64 = 0.16;

/// The opacity of a stacked area. Areas of one colour are told apart by what lies between them.
pub const AREA: f64 = 0.7;

/// The width of the line of one example.
pub const SINGLE: f64 = 1.25;

/// The opacity of a band.
pub fn band_opacity(strong: bool) -> f64 {
    if strong { 0.4 } else { 0.2 }
}

/// The opacity of a band's edges, where they are drawn alone.
pub fn edge_opacity(strong: bool) -> f64 {
    if strong { 0.9 } else { 0.55 }
}

/// A curve's line and marker, as short as a legend needs.
pub fn swatch_line<DB: DrawingBackend>(
    brush: &mut Brush<'_, DB>,
    theme: Theme,
    slot: usize,
    role: Role,
    (x, y): (f64, f64),
) -> Drawn<DB> {
    let color = theme.series(slot);
    match role {
        Role::Single => brush.line(&[(x, y), (x + SWATCH, y)], SINGLE, dash(slot), color),
        Role::Thin => brush.line(&[(x, y), (x + SWATCH, y)], 1.0, &[], Ink(color, 0.6)),
        Role::BandOnly => Ok(()),
        Role::Area => brush.rect(x, y - 5.0, SWATCH, 10.0, Ink(color, AREA)),
        Role::Points => brush.marker(marker(slot), (x + SWATCH / 2.0, y), 4.5, color),
        Role::Main | Role::Dashed(_) | Role::Dash(_) => {
            let (look, stroke) = match role {
                Role::Dashed(look) => (look, look),
                Role::Dash(stroke) => (slot, stroke),
                _ => (slot, slot),
            };
            brush.line(&[(x, y), (x + SWATCH, y)], 2.0, dash(stroke), color)?;
            brush.marker(marker(look), (x + SWATCH / 2.0, y), 6.0, color)
        }
    }
}
