//! Fewer points than pixels, without losing a spike.

/// The runs of finite points, each reduced to its least and its greatest value per column, plus its first and last point.
///
/// `points` are `(x, y)` from left to right; a column is `x` rounded down, so a pixel where `x` is in pixels.
/// Where `y` is not finite the curve is broken, and no column joins the two sides.
/// The extremes of each run are the extremes of what is returned, bit for bit.
pub fn decimate(points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    points
        .split(|point| !point.1.is_finite())
        .filter(|run| !run.is_empty())
        .map(thin)
        .collect()
}

fn thin(run: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for column in run.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
        let of = |better: fn(f64, f64) -> bool| {
            (1..column.len()).fold(0, |best, at| {
                if better(column[at].1, column[best].1) {
                    at
                } else {
                    best
                }
            })
        };
        let (least, greatest) = (of(|a, b| a < b), of(|a, b| a > b));
        kept.push(column[least.min(greatest)]);
        if least != greatest {
            kept.push(column[least.max(greatest)]);
        }
    }
    if let (Some(first), Some(last)) = (run.first(), run.last()) {
        if kept.first() != Some(first) {
            kept.insert(0, *first);
        }
        if kept.last() != Some(last) {
            kept.push(*last);
        }
    }
    kept
}

/// The runs of a band `(x, low, high)`, each reduced to one entry per column: its least low and its greatest high.
/// The first and the last entry of a run stay.
pub fn decimate_band(points: &[(f64, f64, f64)]) -> Vec<Vec<(f64, f64, f64)>> {
    let broken = |point: &(f64, f64, f64)| !point.1.is_finite() || !point.2.is_finite();
    points
        .split(broken)
        .filter(|run| !run.is_empty())
        .map(|run| {
            let mut kept: Vec<(f64, f64, f64)> = run
                .chunk_by(|a, b| a.0.floor() == b.0.floor())
                .map(|column| {
                    column.iter().fold(
                        (column[0].0, f64::INFINITY, f64::NEG_INFINITY),
                        |(x, low, high), point| (x, low.min(point.1), high.max(point.2)),
                    )
                })
                .collect();
            if let (Some(last), Some(end)) = (run.last(), kept.last().copied())
                && end.0 != last.0
            {
                kept.push(*last);
            }
            kept
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Points from left to right, with gaps, some columns crowded.
    fn curves() -> impl Strategy<Value = Vec<(f64, f64)>> {
        let value = prop_oneof![
            8 => -1e6..1e6_f64,
            1 => Just(f64::NAN),
            1 => Just(f64::INFINITY),
        ];
        prop::collection::vec((0.0..0.7_f64, value), 0..400).prop_map(|steps| {
            steps
                .into_iter()
                .scan(0.0, |x, (step, y)| {
                    *x += step;
                    Some((*x, y))
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn the_extremes_of_every_run_are_drawn(curve in curves()) {
            let runs: Vec<&[(f64, f64)]> = curve.split(|point| !point.1.is_finite()).filter(|run| !run.is_empty()).collect();
            let drawn = decimate(&curve);
            prop_assert_eq!(runs.len(), drawn.len(), "a gap was closed or made");
            for (run, drawn) in runs.iter().zip(&drawn) {
                let greatest = |points: &[(f64, f64)]| points.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
                let least = |points: &[(f64, f64)]| points.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
                prop_assert_eq!(greatest(run), greatest(drawn));
                prop_assert_eq!(least(run), least(drawn));
                prop_assert_eq!(run.first(), drawn.first());
                prop_assert_eq!(run.last(), drawn.last());
            }
        }

        #[test]
        fn every_column_keeps_its_own_extremes_and_at_most_two_points_more_than_ends(curve in curves()) {
            for (run, drawn) in curve.split(|point| !point.1.is_finite()).filter(|run| !run.is_empty()).zip(decimate(&curve)) {
                for column in run.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
                    let here: Vec<f64> = drawn.iter().filter(|point| point.0.floor() == column[0].0.floor()).map(|point| point.1).collect();
                    let greatest = column.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
                    let least = column.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
                    prop_assert!(here.contains(&greatest) && here.contains(&least));
                    prop_assert!(here.len() <= 4);
                }
            }
        }

        #[test]
        fn what_is_drawn_is_data_and_stays_in_order(curve in curves()) {
            for run in decimate(&curve) {
                prop_assert!(run.iter().all(|point| curve.contains(point)));
                prop_assert!(run.windows(2).all(|pair| pair[0].0 <= pair[1].0));
            }
        }

        #[test]
        fn a_band_keeps_its_outermost_edges(curve in curves()) {
            let band: Vec<_> = curve.iter().map(|(x, y)| (*x, y - 1.0, y + 1.0)).collect();
            let greatest = |edge: &dyn Fn(&(f64, f64, f64)) -> f64, points: &[(f64, f64, f64)]| {
                points.iter().map(edge).filter(|value| value.is_finite()).fold(f64::NEG_INFINITY, f64::max)
            };
            let drawn: Vec<_> = decimate_band(&band).concat();
            prop_assert_eq!(greatest(&|point| point.2, &band), greatest(&|point| point.2, &drawn));
            prop_assert_eq!(greatest(&|point| -point.1, &band), greatest(&|point| -point.1, &drawn));
        }
    }

    #[test]
    fn a_spike_in_a_crowded_column_survives() {
        let mut points: Vec<(f64, f64)> =
            (0..10_000).map(|i| (f64::from(i) / 100.0, 1.0)).collect();
        points[5_055].1 = 99.0;
        let drawn = decimate(&points);
        assert!(drawn[0].contains(&(50.55, 99.0)));
        assert!(drawn[0].len() < 210, "{}", drawn[0].len());
    }
}
