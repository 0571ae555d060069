//! Curves aligned at each example's own first flip, so that the mean does not smear the peak.

use super::{BandPoint, Interval, Population, path};
use crate::measure::Measure;
use crate::readings::Readings;
use serde::{Deserialize, Serialize};

/// Offsets with fewer examples than this are not drawn.
pub const LEAST_ALIGNED: usize = 10;

/// One offset from the flip.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlignedPoint {
    /// Recorded steps after the first flip; negative before it.
    pub offset: i64,
    /// The distribution over the examples that have a reading at this offset.
    pub band: BandPoint,
}

/// A measure against the steps since the first flip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Aligned {
    /// The pass that it is of, by its place in the run.
    #[serde(default)]
    pub pass: usize,
    /// What is read.
    pub measure: Measure,
    /// Whom it is about.
    pub population: Population,
    /// How many examples flipped.
    pub flipped: usize,
    /// The offsets around 0 with at least [`LEAST_ALIGNED`] examples each.
    pub points: Vec<AlignedPoint>,
}

/// The flip-aligned distribution of a measure. An offset is a difference of step numbers, so it is exact where every step is recorded.
/// Of an attack with several parts an example enters with the part in which it flips; the clean point stands one step before the first of it.
pub fn aligned(
    readings: &Readings,
    pass: usize,
    measure: Measure,
    population: Population,
) -> Aligned {
    let axis = readings.axis();
    let last = i64::from(axis.steps.last().copied().unwrap_or(0));
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); (2 * last + 1) as usize];
    let mut flipped = 0;
    for row in (0..readings.examples().len()).filter(|row| population.holds(readings, *row)) {
        let Some(path) = path(readings, Measure::KappaTr, row) else {
            continue;
        };
        let Some(flip) = path.first_flip else {
            continue;
        };
        flipped += 1;
        let stage = path.stage.as_ref();
        for (point, step) in axis.part(stage) {
            let step = stage.map_or(step, |stage| stage.place(step));
            let column = (i64::from(step) - i64::from(flip) + last) as usize;
            if let (Some(value), Some(column)) =
                (readings.get(measure, point, row), columns.get_mut(column))
            {
                column.push(value);
            }
        }
    }
    let enough = |offset: i64| {
        columns
            .get((offset + last) as usize)
            .is_some_and(|column| column.len() >= LEAST_ALIGNED)
    };
    let mut points = Vec::new();
    if enough(0) {
        let from = (-last..=0)
            .rev()
            .take_while(|offset| enough(*offset))
            .last()
            .unwrap_or(0);
        let to = (0..=last)
            .take_while(|offset| enough(*offset))
            .last()
            .unwrap_or(0);
        points.extend((from..=to).map(|offset| AlignedPoint {
            offset,
            band: BandPoint::of(
                columns[(offset + last) as usize].iter().copied(),
                Interval::Bootstrap,
            ),
        }));
    }
    Aligned {
        pass,
        measure,
        population,
        flipped,
        points,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Num;
    use crate::valley::tests::table;

    #[test]
    fn peaks_at_different_steps_line_up() {
        let early: (u32, &[f64], &[f64]) = (0, &[0.0, 1.0, 1.0, 1.0], &[1.0, 9.0, 3.0, 2.0]);
        let late: (u32, &[f64], &[f64]) = (0, &[0.0, 0.0, 1.0, 1.0], &[1.0, 3.0, 9.0, 2.0]);
        let rows: Vec<_> = (0..20)
            .map(|i| if i % 2 == 0 { early } else { late })
            .collect();
        let curve = aligned(&table(&rows, false), 0, Measure::KappaTr, Population::Right);
        assert_eq!(curve.flipped, 20);
        let at_flip = curve.points.iter().find(|point| point.offset == 0).unwrap();
        assert_eq!((at_flip.band.mean, at_flip.band.n), (Num(9.0), 20));
        assert_eq!(curve.points.first().unwrap().offset, -2);
        assert_eq!(curve.points.last().unwrap().offset, 2);
    }

    #[test]
    fn fewer_than_ten_flips_draw_no_curve() {
        let row: (u32, &[f64], &[f64]) = (0, &[0.0, 1.0], &[1.0, 2.0]);
        let readings = table(&[row; 9], false);
        assert!(
            aligned(&readings, 0, Measure::KappaTr, Population::Right)
                .points
                .is_empty()
        );
    }
}
