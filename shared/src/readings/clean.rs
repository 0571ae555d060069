//! The logits of clean images: what bounds of the loss are made of, wherever the attack goes from there.

use super::Readings;

/// The logits of consecutive examples at the clean point.
#[derive(Clone, Debug, PartialEq)]
pub struct CleanLogits {
    /// The row of the first example.
    pub first_row: usize,
    /// How many examples.
    pub rows: usize,
    /// `rows x classes` logits.
    pub values: Vec<f64>,
}

impl Readings {
    /// Writes logits into the table; rows beyond it are ignored.
    pub fn put_clean(&mut self, clean: &CleanLogits) {
        let classes = clean.values.len().checked_div(clean.rows).unwrap_or(0);
        let places = self.clean.iter_mut().skip(clean.first_row);
        for (place, logits) in places.zip(clean.values.chunks(classes.max(1))) {
            *place = logits.to_vec();
        }
    }

    /// The logits of an example at the clean point, if they are known.
    pub fn clean(&self, row: usize) -> Option<&[f64]> {
        let logits = self.clean.get(row)?;
        (!logits.is_empty()).then_some(logits)
    }

    /// The logits of these rows, if all of them are known.
    pub fn clean_of(&self, rows: std::ops::Range<usize>) -> Option<CleanLogits> {
        let own: Option<Vec<&[f64]>> = rows.clone().map(|row| self.clean(row)).collect();
        Some(CleanLogits {
            first_row: rows.start,
            rows: rows.len(),
            values: own?.concat(),
        })
    }
}
