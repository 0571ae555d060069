//! Values under the cursor.

use super::figure::{Content, Figure, Unit};
use crate::series::Role;

/// One value under the cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The panel's place.
    pub panel: usize,
    /// The slot of its curve.
    pub slot: usize,
    /// The curve's name.
    pub name: String,
    /// The value.
    pub value: f64,
    /// The value with its band, as a tooltip prints it: `12.4 (3.1 to 40)`.
    pub text: String,
}

impl Figure {
    /// What curves and bars show at `x` of the axis of one panel: a number of another axis is another place.
    pub fn readings_of(&self, panel: usize, x: f64) -> Vec<Reading> {
        let axis = self.panels.get(panel).map(|panel| &panel.x);
        let same = |reading: &Reading| self.panels.get(reading.panel).map(|panel| &panel.x) == axis;
        self.readings(x).into_iter().filter(same).collect()
    }

    /// What a panel shows under a pointer at `x` of its horizontal axis; `y` says which row of a grid is meant.
    pub fn readings_under(&self, panel: usize, x: f64, y: f64) -> Vec<Reading> {
        match self.reading_at(panel, x, y) {
            Some(reading) => vec![reading],
            None => self.readings_of(panel, x),
        }
    }

    /// What a grid of values shows at a place of both axes of one panel.
    fn reading_at(&self, panel: usize, x: f64, y: f64) -> Option<Reading> {
        let of = self.panels.get(panel)?;
        let Content::Heat(heat) = &of.content else {
            return None;
        };
        let row = heat.row_at(y)?;
        let column = heat.columns.iter().position(|column| *column == x)?;
        let value = heat.values.get(row)?.get(column).copied()?;
        Some(Reading {
            panel,
            slot: 0,
            name: format!("{}, {}", heat.label, heat.row_name(row)),
            value,
            text: Unit::Plain.text(value),
        })
    }

    /// What every curve and bar shows at `x`, from the first panel to the last.
    pub fn readings(&self, x: f64) -> Vec<Reading> {
        let mut found = Vec::new();
        for (place, panel) in self.panels.iter().enumerate() {
            let unit = panel.y.unit;
            let mut add = |slot, name: &str, value, text| {
                found.push(Reading {
                    panel: place,
                    slot,
                    name: name.to_owned(),
                    value,
                    text,
                });
            };
            match &panel.content {
                Content::Curves(curves) => {
                    for curve in curves {
                        let Some(point) = curve.points.iter().find(|point| point.x == x) else {
                            continue;
                        };
                        let Some(value) = point.y else { continue };
                        let mut text = unit.text(value);
                        let band = point.low.is_finite() && point.high.is_finite();
                        if band && curve.role != Role::Area {
                            let (low, high) = (unit.text(point.low), unit.text(point.high));
                            // Of one curve the spread between its seeds and its own band.
                            let of = match curve.role {
                                Role::BandOnly => "seeds ",
                                _ => "",
                            };
                            text = format!("{text} ({of}{low} to {high})");
                        }
                        add(curve.slot, &curve.name, value, text);
                    }
                }
                Content::Bars(groups) => {
                    for group in groups {
                        if let Some((_, height, count)) = group.bars.iter().find(|bar| bar.0 == x) {
                            let text = match unit {
                                Unit::Percent => format!("{count} ({})", unit.text(*height)),
                                Unit::Plain => unit.text(*height),
                                Unit::Count => count.to_string(),
                            };
                            add(group.slot, &group.name, *height, text);
                        }
                    }
                }
                Content::Cells(_) | Content::Heat(_) => {}
            }
        }
        found
    }
}
