//! What a legend lists.

use crate::chart::band;
use crate::chart::figure::{Content, Figure, Unit};
use crate::series::{Class, Role, Series};

/// More single examples than these would push a small plot out of its figure: their names are in the table, and in a larger figure at their ends.
const MOST_SINGLES: usize = 4;

/// What stands beside a legend's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Swatch {
    /// A curve.
    Line { slot: usize, role: Role },
    /// A filled band; its slot where the figure has only one colour.
    Band { slot: Option<usize>, strong: bool },
    /// The edges of bands in several colours.
    Edges { strong: bool },
    /// An upright line from one end of an interval to the other.
    Interval,
    /// A vertical marker.
    Rule,
    /// Bars of this slot.
    Bar(usize),
    /// A stretch of the axis.
    Shade,
    /// A scale of colours.
    Scale,
    /// A line of equal value.
    Contour,
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
                let filled = band::filled(curves.iter());
                for curve in mains().filter(|curve| curve.role != Role::BandOnly) {
                    if !named && panel.of.is_none() {
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
                        let slot = panel.of.is_none().then_some(curve.slot);
                        let strong = band.strong;
                        let swatch = match (curve.measured, filled) {
                            (true, _) => Swatch::Interval,
                            (_, true) => Swatch::Band { slot, strong },
                            (_, false) => Swatch::Edges { strong },
                        };
                        add(swatch, &band.name);
                    }
                }
                let singles = || curves.iter().filter(|curve| curve.role == Role::Single);
                let line = |curve: &Series| Swatch::Line {
                    slot: curve.slot,
                    role: Role::Single,
                };
                match singles().count() {
                    _ if named => {}
                    0..=MOST_SINGLES => singles().for_each(|one| add(line(one), &one.name)),
                    many => {
                        let text = format!("thin: {many} images, named in the table");
                        add(Swatch::None, &text);
                    }
                }
            }
            Content::Heat(heat) => {
                let [low, high] =
                    [heat.scale.low, heat.scale.high].map(|end| Unit::Plain.text(end));
                let log = if heat.scale.log {
                    ", by its logarithm"
                } else {
                    ""
                };
                add(
                    Swatch::Scale,
                    &format!("{}, {low} to {high}{log}", heat.label),
                );
                for line in &heat.lines {
                    add(Swatch::Contour, &line.label);
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
