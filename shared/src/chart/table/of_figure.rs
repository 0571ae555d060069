//! The table of a figure, from its marks.

use super::{Cell, Table};
use crate::chart::figure::{Content, Figure, Panel, Unit};
use crate::order;
use crate::series::{Role, Series};

impl Figure {
    /// The numbers of the figure.
    pub fn table(&self) -> Table {
        let Some(first) = self.panels.first() else {
            return Table::default();
        };
        if let Content::Cells(cells) = &first.content {
            let header =
                std::iter::once(cells.row_label.clone()).chain(cells.names.iter().cloned());
            let rows = cells.names.iter().zip(&cells.counts).map(|(name, counts)| {
                let counts = counts.iter().map(|count| Cell::Count(*count));
                std::iter::once(Cell::Text(name.clone()))
                    .chain(counts)
                    .collect()
            });
            return Table {
                columns: header.collect(),
                rows: rows.collect(),
            };
        }
        let mut places: Vec<f64> = self.panels.iter().flat_map(Panel::places).collect();
        sort(&mut places);
        let mut table = Table {
            columns: first.x.columns(),
            rows: places.iter().map(|x| first.x.cells(*x)).collect(),
        };
        // Panels of one quantity are told apart by the names of their curves.
        let several = (self.panels.iter()).any(|panel| panel.y.label != first.y.label);
        for panel in &self.panels {
            let quantity = several.then_some(panel.y.label.as_str());
            panel.columns(quantity, &places, &mut table);
        }
        table
    }
}

impl Panel {
    /// The places on the horizontal axis that have data, from left to right.
    pub(in crate::chart) fn places(&self) -> Vec<f64> {
        let mut places: Vec<f64> = match &self.content {
            Content::Curves(curves) => curves
                .iter()
                .flat_map(|curve| curve.points.iter().map(|point| point.x))
                .collect(),
            Content::Bars(groups) => groups
                .iter()
                .flat_map(|group| group.bars.iter().map(|bar| bar.0))
                .collect(),
            Content::Heat(heat) => heat.columns.clone(),
            Content::Cells(_) => Vec::new(),
        };
        sort(&mut places);
        places
    }

    fn columns(&self, quantity: Option<&str>, places: &[f64], table: &mut Table) {
        let named = |name: &str, part: &str| {
            let parts = [quantity.unwrap_or(""), name, part];
            let kept: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            kept.join(", ")
        };
        match &self.content {
            Content::Curves(curves) => {
                for curve in curves {
                    curve_columns(curve, &named, places, table);
                }
            }
            Content::Bars(groups) => {
                for group in groups {
                    let at = |x: &f64| group.bars.iter().find(|bar| bar.0 == *x);
                    if self.y.unit == Unit::Plain {
                        table.add(named(&group.name, ""), places, |x| {
                            at(x).map_or(Cell::Missing, |bar| Cell::Number(bar.1))
                        });
                        continue;
                    }
                    table.add(named(&group.name, "count"), places, |x| {
                        at(x).map_or(Cell::Missing, |bar| Cell::Count(bar.2))
                    });
                    if self.y.unit != Unit::Count {
                        table.add(named(&group.name, "share"), places, |x| {
                            at(x).map_or(Cell::Missing, |bar| Cell::Number(bar.1))
                        });
                    }
                }
            }
            Content::Heat(heat) => {
                for (row, values) in heat.values.iter().enumerate() {
                    table.add(named(&heat.row_name(row), ""), places, |x| {
                        let column = heat.columns.iter().position(|column| column == x);
                        let value = column.and_then(|column| values.get(column));
                        let known = value.copied().filter(|value| !value.is_nan());
                        known.map_or(Cell::Missing, Cell::Number)
                    });
                }
            }
            Content::Cells(_) => {}
        }
    }
}

fn sort(places: &mut Vec<f64>) {
    order::by(places, |place| *place);
    places.dedup();
}

/// The columns of one curve: its value, its band, and how many readings each point has.
fn curve_columns(
    curve: &Series,
    named: &dyn Fn(&str, &str) -> String,
    places: &[f64],
    table: &mut Table,
) {
    let at = |x: &f64| {
        curve
            .points
            .iter()
            .find(|point| point.x == *x && point.y.is_some())
    };
    if curve.role != Role::BandOnly {
        table.add(named(&curve.name, ""), places, |x| {
            at(x)
                .and_then(|point| point.y)
                .map_or(Cell::Missing, Cell::Number)
        });
    }
    if let Some(band) = &curve.band {
        table.add(named(&curve.name, &band.low), places, |x| {
            at(x).map_or(Cell::Missing, |point| Cell::Number(point.low))
        });
        table.add(named(&curve.name, &band.high), places, |x| {
            at(x).map_or(Cell::Missing, |point| Cell::Number(point.high))
        });
    }
    if !matches!(curve.role, Role::Single | Role::BandOnly | Role::Points) {
        table.add(named(&curve.name, "n"), places, |x| {
            at(x).map_or(Cell::Missing, |point| Cell::Count(point.n))
        });
    }
}

impl Table {
    fn add(&mut self, name: String, places: &[f64], cell: impl Fn(&f64) -> Cell) {
        self.columns.push(name);
        for (row, x) in self.rows.iter_mut().zip(places) {
            row.push(cell(x));
        }
    }
}
