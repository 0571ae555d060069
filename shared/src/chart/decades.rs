//! A horizontal axis of positive numbers by their logarithm; zero has no logarithm and stands apart, in front of a gap.

use super::mark::Shade;
use super::table::Cell;
use crate::amount::significant;

/// Positive numbers by their logarithm.
#[derive(Clone, Debug, PartialEq)]
pub struct Decades {
    /// What they are, and that the axis is logarithmic.
    pub label: String,
    /// What is counted: `passes`.
    pub unit: &'static str,
    /// The least that is positive.
    pub from: f64,
    /// The greatest.
    pub to: f64,
    /// Whether zero is among them.
    pub zero: bool,
    /// Stretches of the axis with a name each, one after another.
    pub parts: Vec<Shade>,
    /// Whose parts these are, where the axis has several curves; then the table has no column for them.
    pub parts_of: Option<String>,
}

impl Decades {
    /// The axis of these numbers.
    pub fn of(label: &str, unit: &'static str, numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let positive = numbers.clone().filter(|x| *x > 0.0);
        let from = positive.clone().fold(f64::INFINITY, f64::min);
        let from = if from.is_finite() { from } else { 1.0 };
        let to = positive.fold(0.0, f64::max);
        Self {
            label: format!("{label}{LOG}"),
            unit,
            from,
            to: if to > from { to } else { 10.0 * from },
            zero: numbers.clone().any(|x| x == 0.0),
            parts: Vec::new(),
            parts_of: None,
        }
    }

    /// The first and the last place shown.
    pub fn shown(&self) -> (f64, f64) {
        (if self.zero { 0.0 } else { self.from }, self.to)
    }

    /// The part of a place that is not zero.
    fn part(&self, x: f64) -> Option<&Shade> {
        let mut parts = self.parts.iter();
        parts.find(|part| part.from < x && x <= part.to)
    }

    /// The name of a place: `1204 passes, in FAB-T`.
    pub fn name(&self, x: f64) -> String {
        let within = self.part(x).filter(|_| self.parts_of.is_none());
        let within = within.map_or_else(String::new, |part| format!(", in {}", part.label));
        format!("{} {}{within}", significant(x, 4), self.unit)
    }

    fn has_part_column(&self) -> bool {
        !self.parts.is_empty() && self.parts_of.is_none()
    }

    /// The names of the columns of a table that tell its places.
    pub fn columns(&self) -> Vec<String> {
        let mut columns = vec![self.label.trim_end_matches(LOG).to_owned()];
        columns.extend(self.has_part_column().then(|| "part".to_owned()));
        columns
    }

    /// What these columns say of a place.
    pub fn cells(&self, x: f64) -> Vec<Cell> {
        let mut cells = vec![Cell::Number(x)];
        let part = self.part(x).map_or("", |part| &part.label);
        cells.extend(self.has_part_column().then(|| Cell::Text(part.to_owned())));
        cells
    }
}

/// What the axis says of itself after its name.
const LOG: &str = ", log axis";
