//! The table of a figure: exactly what is drawn, made from the same marks.

use super::figure::{Content, Figure, Panel, Unit};
use crate::amount::significant;
use crate::series::{Role, Series};

/// A table: a header and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A value.
    Number(f64),
    /// A whole number.
    Count(usize),
    /// Nothing there: not computed yet.
    Missing,
}

impl Cell {
    /// For a person to read, with four significant digits.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) if value.is_finite() => significant(*value, 4),
            Self::Number(value) => not_finite(*value).to_owned(),
            Self::Count(count) => count.to_string(),
            Self::Missing => "–".to_owned(),
        }
    }

    /// For a file, with every digit.
    fn field(&self) -> String {
        match self {
            Self::Text(text) if text.contains([',', '"', '\n', '\r']) => {
                format!("\"{}\"", text.replace('"', "\"\""))
            }
            Self::Text(text) => text.clone(),
            Self::Number(value) if value.is_finite() => value.to_string(),
            Self::Number(value) => not_finite(*value).to_owned(),
            Self::Count(count) => count.to_string(),
            Self::Missing => String::new(),
        }
    }
}

fn not_finite(value: f64) -> &'static str {
    match value {
        value if value.is_nan() => "nan",
        value if value > 0.0 => "inf",
        _ => "-inf",
    }
}

impl Table {
    /// As a CSV file (RFC 4180), with every digit; what is not computed is empty.
    pub fn csv(&self) -> String {
        let header: Vec<String> = self
            .columns
            .iter()
            .map(|column| Cell::Text(column.clone()).field())
            .collect();
        let mut text = header.join(",") + "\r\n";
        for row in &self.rows {
            text += &row.iter().map(Cell::field).collect::<Vec<_>>().join(",");
            text += "\r\n";
        }
        text
    }
}

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
            columns: vec![first.x.label().to_owned()],
            rows: places
                .iter()
                .map(|x| vec![Cell::Text(first.x.name(*x))])
                .collect(),
        };
        for panel in &self.panels {
            let quantity = (self.panels.len() > 1).then_some(panel.y.label.as_str());
            panel.columns(quantity, &places, &mut table);
        }
        table
    }
}

impl Panel {
    /// The places on the horizontal axis that have data, from left to right.
    pub(super) fn places(&self) -> Vec<f64> {
        let mut places: Vec<f64> = match &self.content {
            Content::Curves(curves) => curves
                .iter()
                .flat_map(|curve| curve.points.iter().map(|point| point.x))
                .collect(),
            Content::Bars(groups) => groups
                .iter()
                .flat_map(|group| group.bars.iter().map(|bar| bar.0))
                .collect(),
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
            Content::Cells(_) => {}
        }
    }
}

fn sort(places: &mut Vec<f64>) {
    places.sort_unstable_by(f64::total_cmp);
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
    if !matches!(curve.role, Role::Single | Role::BandOnly) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_what_needs_it_and_keeps_every_digit() {
        let table = Table {
            columns: vec!["step".into(), "a, \"b\"".into()],
            rows: vec![
                vec![Cell::Text("start".into()), Cell::Number(0.1 + 0.2)],
                vec![Cell::Text("1".into()), Cell::Number(f64::NEG_INFINITY)],
                vec![Cell::Text("2".into()), Cell::Missing],
            ],
        };
        assert_eq!(
            table.csv(),
            "step,\"a, \"\"b\"\"\"\r\nstart,0.30000000000000004\r\n1,-inf\r\n2,\r\n"
        );
    }
}
