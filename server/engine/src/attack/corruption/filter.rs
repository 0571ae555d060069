//! Blurs of one plane, and what lies beyond its edge.

/// What stands for values beyond the edge.
#[derive(Clone, Copy)]
pub(super) enum Border {
    /// The value at the edge: `a a | a b c | c c`.
    Nearest,
    /// The mirror image with the edge twice: `b a | a b c | c b`.
    Mirror,
    /// The mirror image with the edge once: `c b | a b c | b a`.
    MirrorOnce,
}

impl Border {
    /// The place within a row of `length` that stands for the place `at`.
    pub fn place(self, at: i64, length: usize) -> usize {
        let n = length as i64;
        let place = match self {
            Self::Nearest => at.clamp(0, n - 1),
            Self::Mirror => {
                let at = at.rem_euclid(2 * n);
                at.min(2 * n - 1 - at)
            }
            Self::MirrorOnce => {
                let period = (2 * (n - 1)).max(1);
                let at = at.rem_euclid(period);
                at.min(period - at)
            }
        };
        place.clamp(0, n - 1) as usize
    }
}

/// A plane with its size.
#[derive(Clone, Copy)]
pub(super) struct Plane<'a> {
    pub values: &'a [f64],
    pub height: usize,
    pub width: usize,
}

impl Plane<'_> {
    fn at(&self, row: i64, column: i64, border: Border) -> f64 {
        let (row, column) = (
            border.place(row, self.height),
            border.place(column, self.width),
        );
        self.values[row * self.width + column]
    }

    /// The value between four pixels, by the areas opposite to them.
    pub fn between(&self, row: f64, column: f64, border: Border) -> f64 {
        let (top, left) = (row.floor(), column.floor());
        let (down, right) = (row - top, column - left);
        let at = |i: i64, j: i64| self.at(top as i64 + i, left as i64 + j, border);
        (1.0 - down) * ((1.0 - right) * at(0, 0) + right * at(0, 1))
            + down * ((1.0 - right) * at(1, 0) + right * at(1, 1))
    }

    /// Sums of the values at these offsets (row, column), with weights.
    pub fn gather(&self, offsets: &[(i64, i64, f64)], border: Border) -> Vec<f64> {
        let places = (0..self.height as i64)
            .flat_map(|row| (0..self.width as i64).map(move |column| (row, column)));
        places
            .map(|(row, column)| {
                let terms = offsets.iter();
                terms
                    .map(|(down, right, weight)| {
                        weight * self.at(row + down, column + right, border)
                    })
                    .sum()
            })
            .collect()
    }

    /// Blurred by a Gaussian of deviation `sigma` that ends after `truncate` deviations.
    pub fn gaussian(&self, sigma: f64, truncate: f64, border: Border) -> Vec<f64> {
        let reach = (truncate * sigma + 0.5) as i64;
        let weight = |i: i64| (-0.5 * (i as f64 / sigma).powi(2)).exp();
        if reach == 0 {
            return self.values.to_vec();
        }
        let sum: f64 = (-reach..=reach).map(weight).sum();
        let line = (-reach..=reach).map(|i| (i, weight(i) / sum));
        let down: Vec<_> = line.clone().map(|(i, weight)| (i, 0, weight)).collect();
        let right: Vec<_> = line.map(|(i, weight)| (0, i, weight)).collect();
        let values = self.gather(&down, border);
        Plane {
            values: &values,
            ..*self
        }
        .gather(&right, border)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_those_of_their_pictures() {
        let row = |border: Border, length| {
            (-3..5)
                .map(|at| border.place(at, length))
                .collect::<Vec<_>>()
        };
        assert_eq!(row(Border::Nearest, 3), [0, 0, 0, 0, 1, 2, 2, 2]);
        assert_eq!(row(Border::Mirror, 3), [2, 1, 0, 0, 1, 2, 2, 1]);
        assert_eq!(row(Border::MirrorOnce, 3), [1, 2, 1, 0, 1, 2, 1, 0]);
        for border in [Border::Nearest, Border::Mirror, Border::MirrorOnce] {
            assert_eq!(row(border, 1), [0; 8]);
        }
    }
}
