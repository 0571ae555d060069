//! The legend above a figure's panels.

use super::brush::{Brush, Drawn, Ink, Type};
use super::edge::symbol;
use super::figure::{Content, Figure};
use super::text::{fitted, width};
use crate::palette::{Theme, dash, marker};
use crate::series::{Class, Role};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

/// The height of one row in CSS pixels.
pub const ROW: f64 = 17.0;
const SIZE: f64 = 11.5;
const SWATCH: f64 = 24.0;
const SPACE: f64 = 16.0;

/// What stands beside a legend's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Swatch {
    /// A curve.
    Line { slot: usize, role: Role },
    /// A band; its slot where the figure has only one curve.
    Band { slot: Option<usize>, strong: bool },
    /// A vertical marker.
    Rule,
    /// Bars of this slot.
    Bar(usize),
    /// A stretch of the axis.
    Shade,
    /// A marker at the edge.
    Edge(Class),
    /// Nothing.
    None,
}

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub swatch: Swatch,
    pub text: String,
}

/// The entries of a figure's legend. Curves named at their ends are not repeated when `named` is set.
pub fn entries(figure: &Figure, named: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |swatch: Swatch, text: &str| {
        let entry = Entry {
            swatch,
            text: text.to_owned(),
        };
        if !text.is_empty() && !entries.contains(&entry) {
            entries.push(entry);
        }
    };
    for panel in &figure.panels {
        match &panel.content {
            Content::Curves(curves) => {
                let mains = || {
                    curves
                        .iter()
                        .filter(|curve| !matches!(curve.role, Role::Single | Role::Thin))
                };
                let mut slots: Vec<usize> = mains().map(|curve| curve.slot).collect();
                slots.dedup();
                for curve in mains().filter(|curve| curve.role != Role::BandOnly) {
                    if !named {
                        add(
                            Swatch::Line {
                                slot: curve.slot,
                                role: curve.role,
                            },
                            &curve.name,
                        );
                    }
                }
                for curve in mains() {
                    if let Some(band) = &curve.band {
                        let slot = (slots.len() == 1).then_some(curve.slot);
                        add(
                            Swatch::Band {
                                slot,
                                strong: band.strong,
                            },
                            &band.name,
                        );
                    }
                }
                if let Some(single) = curves.iter().find(|curve| curve.role == Role::Single) {
                    add(
                        Swatch::Line {
                            slot: single.slot,
                            role: Role::Single,
                        },
                        "single examples",
                    );
                }
            }
            Content::Bars(groups) if groups.len() > 1 => {
                for group in groups {
                    add(Swatch::Bar(group.slot), &group.name);
                }
            }
            _ => {}
        }
        for shade in &panel.shades {
            add(Swatch::Shade, &shade.label);
        }
        if let Some(rule) = panel.rules.iter().find(|rule| rule.slot.is_some()) {
            add(Swatch::Rule, &rule.label);
        }
    }
    for note in &figure.notes {
        add(note.class.map_or(Swatch::None, Swatch::Edge), &note.text);
    }
    entries
}

/// The legend laid out in rows: per entry its row and left edge.
pub fn rows(entries: &[Entry], most: f64) -> Vec<(usize, f64)> {
    let (mut row, mut x) = (0, 0.0);
    entries
        .iter()
        .map(|entry| {
            let wide = swatch_width(&entry.swatch) + width(&entry.text, SIZE, false);
            if x > 0.0 && x + wide > most {
                (row, x) = (row + 1, 0.0);
            }
            let place = (row, x);
            x += wide + SPACE;
            place
        })
        .collect()
}

fn swatch_width(swatch: &Swatch) -> f64 {
    match swatch {
        Swatch::None => 0.0,
        Swatch::Line { .. } => SWATCH + 6.0,
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
    for (entry, (row, x)) in entries.iter().zip(rows(entries, most)) {
        let (x, y) = (left + x, top + (row as f64 + 0.5) * ROW);
        let text_x = x + swatch_width(&entry.swatch);
        match &entry.swatch {
            Swatch::Line { slot, role } => swatch_line(brush, theme, *slot, *role, (x, y))?,
            Swatch::Band { slot, strong } => {
                let color = slot.map_or(tokens.muted, |slot| theme.series(slot));
                brush.rect(x, y - 5.0, 13.0, 10.0, Ink(color, band_opacity(*strong)))?;
            }
            Swatch::Bar(slot) => brush.rect(x, y - 5.0, 13.0, 10.0, theme.series(*slot))?,
            Swatch::Shade => brush.rect(x, y - 5.0, 13.0, 10.0, Ink(tokens.muted, SHADE))?,
            Swatch::Rule => brush.line(
                &[(x + 6.0, y - 6.0), (x + 6.0, y + 6.0)],
                1.0,
                RULE_DASH,
                tokens.axis,
            )?,
            Swatch::Edge(class) => symbol(brush, *class, (x + 6.0, y), tokens.text.into())?,
            Swatch::None => {}
        }
        let text = fitted(&entry.text, SIZE, false, most - (text_x - left));
        let look = Type {
            size: SIZE,
            bold: false,
            color: tokens.muted,
            anchor: HPos::Left,
        };
        brush.text(&text, text_x, y, look)?;
    }
    Ok(())
}

/// The dash of vertical markers.
pub const RULE_DASH: &[f64] = &[4.0, 3.0];
/// The opacity of shaded stretches.
pub const SHADE: f64 = 0.16;

/// The opacity of a band.
pub fn band_opacity(strong: bool) -> f64 {
    if strong { 0.4 } else { 0.2 }
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
        Role::Single | Role::Thin => {
            brush.line(&[(x, y), (x + SWATCH, y)], 1.0, &[], Ink(color, 0.6))
        }
        Role::BandOnly => Ok(()),
        Role::Main | Role::Dashed(_) => {
            let look = if let Role::Dashed(look) = role {
                look
            } else {
                slot
            };
            brush.line(&[(x, y), (x + SWATCH, y)], 2.0, dash(look), color)?;
            brush.marker(marker(look), (x + SWATCH / 2.0, y), 6.0, color)
        }
    }
}
