//! One measure over a population, point by point.

use super::Population;
use crate::measure::Measure;
use crate::num::Num;
use crate::readings::Readings;
use crate::statistic::{mean_interval, normal_interval, quantile};
use serde::{Deserialize, Serialize};

/// The distribution of a measure at one point, over the finite readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BandPoint {
    /// The number of finite readings.
    pub n: usize,
    /// The number of readings that are not finite, and enter nothing else.
    pub not_finite: usize,
    /// The mean.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub mean: Num,
    /// The lower end of the mean's 95 % interval.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub low: Num,
    /// The upper end of the mean's 95 % interval.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub high: Num,
    /// The lower quartile.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub q1: Num,
    /// The median.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub median: Num,
    /// The upper quartile.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub q3: Num,
}

/// How the interval of a mean is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// mean ± 1.96 s/√n: quick, for figures that are still growing.
    Normal,
    /// A percentile bootstrap, see [`mean_interval`].
    Bootstrap,
}

impl BandPoint {
    /// The distribution of these readings.
    pub fn of(readings: impl IntoIterator<Item = f64>, interval: Interval) -> Self {
        let mut not_finite = 0;
        let mut values: Vec<f64> = readings
            .into_iter()
            .filter(|value| {
                not_finite += usize::from(!value.is_finite());
                value.is_finite()
            })
            .collect();
        let (mean, low, high) = match interval {
            Interval::Normal => normal_interval(&values),
            Interval::Bootstrap => mean_interval(&values),
        };
        values.sort_unstable_by(f64::total_cmp);
        let at = |q| Num(quantile(&values, q));
        Self {
            n: values.len(),
            not_finite,
            mean: Num(mean),
            low: Num(low),
            high: Num(high),
            q1: at(0.25),
            median: at(0.5),
            q3: at(0.75),
        }
    }
}

/// The distribution of `measure` at one point.
pub fn band_at(
    readings: &Readings,
    measure: Measure,
    population: Population,
    point: usize,
    interval: Interval,
) -> BandPoint {
    BandPoint::of(
        readings.column(measure, point, |row| population.holds(readings, row)),
        interval,
    )
}

/// The distribution of `measure` at every recorded point, `start` included.
pub fn bands(readings: &Readings, measure: Measure, population: Population) -> Vec<BandPoint> {
    let points = 0..readings.axis().points();
    points
        .map(|point| band_at(readings, measure, population, point, Interval::Bootstrap))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::valley::tests::table;

    #[test]
    fn examples_wrong_from_the_start_enter_no_mean_unless_asked() {
        let readings = table(
            &[
                (0, &[0.0, 1.0], &[2.0, 4.0]),
                (1, &[0.0, 0.0], &[100.0, 100.0]),
            ],
            false,
        );
        assert_eq!(
            band_at(
                &readings,
                Measure::KappaTr,
                Population::Right,
                1,
                Interval::Normal
            )
            .mean,
            Num(4.0)
        );
        assert_eq!(
            band_at(
                &readings,
                Measure::KappaTr,
                Population::All,
                1,
                Interval::Normal
            )
            .mean,
            Num(52.0)
        );
    }

    #[test]
    fn what_is_not_finite_is_counted_apart() {
        let point = BandPoint::of([1.0, f64::NAN, 3.0, f64::INFINITY], Interval::Normal);
        assert_eq!((point.n, point.not_finite, point.mean), (2, 2, Num(2.0)));
    }
}
