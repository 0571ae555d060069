//! Dashes along a line.

/// The strokes of a dashed line; the whole line when `dash` is empty.
pub fn dashed(points: &[(f64, f64)], dash: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let whole = dash.iter().sum::<f64>() <= 0.0 || dash.iter().any(|length| *length <= 0.0);
    if whole || points.len() < 2 {
        return vec![points.to_vec()];
    }
    let mut pieces: Vec<Vec<(f64, f64)>> = vec![vec![points[0]]];
    let (mut place, mut left) = (0, dash[0]);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x0).hypot(y1 - y0);
        let mut gone = 0.0;
        while length - gone > left {
            gone += left;
            let part = gone / length;
            let point = (x0 + part * (x1 - x0), y0 + part * (y1 - y0));
            if place % 2 == 0 {
                if let Some(piece) = pieces.last_mut() {
                    piece.push(point);
                }
            } else {
                pieces.push(vec![point]);
            }
            place = (place + 1) % (2 * dash.len());
            left = dash[place % dash.len()];
        }
        left -= length - gone;
        if place % 2 == 0
            && let Some(piece) = pieces.last_mut()
        {
            piece.push((x1, y1));
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(points: &[(f64, f64)]) -> f64 {
        points
            .windows(2)
            .map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1))
            .sum()
    }

    #[test]
    fn dashes_cover_their_part_of_the_line_and_nothing_else() {
        let line = [(0.0, 0.0), (30.0, 40.0), (130.0, 40.0)];
        let pieces = dashed(&line, &[6.0, 4.0]);
        assert_eq!(pieces.len(), 15);
        let drawn: f64 = pieces.iter().map(|piece| length(piece)).sum();
        // 150 long: 15 periods of 10, of which 6 are drawn; the sums round in the last place.
        assert!((drawn - 90.0).abs() < 1e-9, "{drawn}");
    }

    #[test]
    fn a_full_line_stays_whole() {
        let line = [(0.0, 0.0), (1.0, 5.0)];
        assert_eq!(dashed(&line, &[]), vec![line.to_vec()]);
    }
}
