//! The table of a figure: exactly what is drawn, made from the same marks.

mod of_figure;

use crate::amount::significant;
use crate::csv::harmless;

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
            Self::Text(text) => quoted(&harmless(text)),
            Self::Number(value) if value.is_finite() => value.to_string(),
            Self::Number(value) => not_finite(*value).to_owned(),
            Self::Count(count) => count.to_string(),
            Self::Missing => String::new(),
        }
    }
}

/// In quotes where it needs them.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
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

    #[test]
    fn a_name_is_no_formula_in_a_csv_file() {
        let table = Table {
            columns: vec!["=1+1".into(), "-2,\"x\"".into()],
            rows: vec![vec![Cell::Text("@a".into()), Cell::Number(-1.5)]],
        };
        assert_eq!(table.csv(), "'=1+1,\"'-2,\"\"x\"\"\"\r\n'@a,-1.5\r\n");
    }
}
