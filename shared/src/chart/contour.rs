//! Lines of equal value over a grid: marching squares.

/// A piece of a line: two ends, in places of the axes.
pub type Piece = [(f64, f64); 2];

/// The pieces of the line on which a grid has the value `level`.
///
/// `columns` and `rows` are the places of the grid, `values` row after row. Between two places the value is taken to change evenly.
/// Of a square whose corners lie crosswise above and below, the middle decides which pairs belong together.
pub fn contour(columns: &[f64], rows: &[f64], values: &[Vec<f64>], level: f64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (row, pair) in rows.windows(2).enumerate() {
        for (column, places) in columns.windows(2).enumerate() {
            let at = |up: usize, right: usize| {
                let value = values.get(row + up).and_then(|row| row.get(column + right));
                value.copied().unwrap_or(f64::NAN) - level
            };
            // Counter-clockwise from the lower left.
            let corners = [
                (places[0], pair[0], at(0, 0)),
                (places[1], pair[0], at(0, 1)),
                (places[1], pair[1], at(1, 1)),
                (places[0], pair[1], at(1, 0)),
            ];
            square(&corners, &mut pieces);
        }
    }
    pieces
}

fn square(corners: &[(f64, f64, f64); 4], pieces: &mut Vec<Piece>) {
    if corners.iter().any(|corner| !corner.2.is_finite()) {
        return;
    }
    let crossing = |side: usize| {
        let (a, b) = (corners[side], corners[(side + 1) % 4]);
        ((a.2 > 0.0) != (b.2 > 0.0)).then(|| {
            let part = a.2 / (a.2 - b.2);
            (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1))
        })
    };
    let crossings: Vec<(f64, f64)> = (0..4).filter_map(crossing).collect();
    match crossings.as_slice() {
        [a, b] => pieces.push([*a, *b]),
        [a, b, c, d] => {
            let middle = corners.iter().map(|corner| corner.2).sum::<f64>() / 4.0;
            // The lower left corner is cut off unless the middle is on its side.
            let pairs = match (middle > 0.0) == (corners[0].2 > 0.0) {
                true => [[*a, *b], [*c, *d]],
                false => [[*d, *a], [*b, *c]],
            };
            pieces.extend(pairs);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_slope_is_straight_and_exact() {
        let places = [0.0, 1.0, 2.0];
        let values: Vec<Vec<f64>> = (0..3)
            .map(|y| (0..3).map(|x| f64::from(x) + 2.0 * f64::from(y)).collect())
            .collect();
        let pieces = contour(&places, &places, &values, 2.5);
        assert!(!pieces.is_empty());
        for (x, y) in pieces.into_iter().flatten() {
            assert!((x + 2.0 * y - 2.5).abs() < 1e-15, "{x} {y}");
        }
    }

    #[test]
    fn a_saddle_has_two_pieces_that_do_not_cross_and_what_is_no_number_has_none() {
        let places = [0.0, 1.0];
        let saddle = [vec![1.0, -1.0], vec![-1.0, 2.0]];
        let pieces = contour(&places, &places, &saddle, 0.0);
        assert_eq!(pieces.len(), 2);
        // The middle is above: each of the two corners below is cut off.
        for [a, b] in pieces {
            let near = |corner: (f64, f64)| {
                [a, b]
                    .iter()
                    .all(|end| (end.0 - corner.0).abs() + (end.1 - corner.1).abs() <= 1.0)
            };
            assert!(near((1.0, 0.0)) || near((0.0, 1.0)), "{a:?} {b:?}");
        }
        let gap = [vec![1.0, f64::NAN], vec![-1.0, 2.0]];
        assert_eq!(contour(&places, &places, &gap, 0.0), Vec::<Piece>::new());
    }
}
