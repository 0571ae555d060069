//! The same table with some of its rows.

use super::Readings;

impl Readings {
    /// The table of these rows alone, in this order; rows that it does not have are left out.
    pub fn narrowed(&self, rows: &[usize]) -> Self {
        let all = self.examples.len();
        let rows: Vec<usize> = rows.iter().copied().filter(|row| *row < all).collect();
        let values = self.values.iter().map(|values| {
            let points = values.chunks_exact(all.max(1));
            let some = points.flat_map(|point| rows.iter().map(|row| point[*row]));
            some.collect()
        });
        Self {
            values: values.collect(),
            axis: self.axis.clone(),
            examples: picked(&self.examples, &rows),
            reached: picked(&self.reached, &rows),
            ended: picked(&self.ended, &rows),
            flips: picked(&self.flips, &rows),
            endings: picked(&self.endings, &rows),
            clean: picked(&self.clean, &rows),
            bound: self.bound,
            smallest: self.smallest,
        }
    }
}

fn picked<T: Clone>(all: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter()
        .filter_map(|row| all.get(*row).cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::measure::Measure;
    use crate::valley::tests::table;
    use crate::valley::{PassSummary, Population, path};

    #[test]
    fn rows_keep_everything_that_is_known_of_them() {
        let rows: [(u32, &[f64], &[f64]); 3] = [
            (3, &[3.0, 5.0, 5.0], &[1.0, 9.0, 2.0]),
            (0, &[0.0, 0.0, 0.0], &[1.0, 2.0, 3.0]),
            (3, &[3.0, 3.0, 4.0], &[1.0, 2.0, 9.0]),
        ];
        let mut readings = table(&rows, false);
        readings.put_flip(2, 1);
        let narrow = readings.narrowed(&[2, 0, 7]);
        assert_eq!(narrow.examples().len(), 2);
        for (place, row) in [2, 0].into_iter().enumerate() {
            let (mut known, kept) = (
                path(&readings, Measure::KappaTr, row).unwrap(),
                path(&narrow, Measure::KappaTr, place).unwrap(),
            );
            known.row = place;
            assert_eq!(known, kept);
        }
        let of = |readings: &_| PassSummary::of(readings, 1, Measure::KappaTr, Population::Right);
        assert_eq!(of(&readings.narrowed(&[0, 1, 2])), of(&readings));
        assert_eq!(of(&readings.narrowed(&[])).begun, 0);
    }
}
