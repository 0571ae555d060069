//! Summaries of samples: quantiles, intervals for rates and means.

use crate::num::Num;
use serde::{Deserialize, Serialize};

/// The quantile `q` in [0, 1] of sorted values, linear between order statistics (type 7 of Hyndman and Fan 1996).
///
/// NaN for no values.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    let part = place - below as f64;
    if part == 0.0 || sorted[below] == sorted[above] {
        return sorted[below];
    }
    sorted[below] + part * (sorted[above] - sorted[below])
}

/// Median and quartiles of the finite values, and how many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quartiles {
    /// The number of values.
    pub n: usize,
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

impl Quartiles {
    /// The quartiles of `values`; those that are not finite are left out.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut finite: Vec<f64> = values
            .into_iter()
            .filter(|value| value.is_finite())
            .collect();
        finite.sort_unstable_by(f64::total_cmp);
        let at = |q| Num(quantile(&finite, q));
        Self {
            n: finite.len(),
            q1: at(0.25),
            median: at(0.5),
            q3: at(0.75),
        }
    }
}

/// A share `hits / n` with its 95 % Wilson score interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rate {
    /// How many had the property.
    pub hits: usize,
    /// How many were looked at.
    pub n: usize,
    /// `hits / n`; not a number for n = 0.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub share: Num,
    /// The interval's lower end.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub low: Num,
    /// The interval's upper end.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub high: Num,
}

/// The two-sided 95 % point of the standard normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

impl Rate {
    /// The share with its interval (Wilson 1927): (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    pub fn of(hits: usize, n: usize) -> Self {
        if n == 0 {
            return Self {
                hits,
                n,
                share: Num(f64::NAN),
                low: Num(f64::NAN),
                high: Num(f64::NAN),
            };
        }
        let (count, p) = (n as f64, hits as f64 / n as f64);
        let z2 = Z95 * Z95 / count;
        let centre = p + z2 / 2.0;
        let half = (Z95 * Z95 * p * (1.0 - p) / count + z2 * z2 / 4.0).sqrt();
        let low = if hits == 0 {
            0.0
        } else {
            (centre - half) / (1.0 + z2)
        };
        let high = if hits == n {
            1.0
        } else {
            (centre + half) / (1.0 + z2)
        };
        Self {
            hits,
            n,
            share: Num(p),
            low: Num(low),
            high: Num(high),
        }
    }
}

/// How many resamples the bootstrap draws.
const RESAMPLES: usize = 400;

/// The mean of `values` with its normal 95 % interval, mean ± 1.96 s/√n: `(mean, low, high)`.
pub fn normal_interval(values: &[f64]) -> (f64, f64, f64) {
    let n = values.len();
    let mean = values.iter().sum::<f64>() / n as f64;
    if n < 2 {
        return (mean, mean, mean);
    }
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (n - 1) as f64;
    let half = Z95 * (variance / n as f64).sqrt();
    (mean, mean - half, mean + half)
}

/// The mean of `values` with a 95 % percentile-bootstrap interval, `(mean, low, high)`.
///
/// Always the same for the same values: the resampling has its own fixed generator.
/// Above [`BOOTSTRAP_UP_TO`] values the interval is the normal one, which the bootstrap then equals closely.
pub fn mean_interval(values: &[f64]) -> (f64, f64, f64) {
    let n = values.len();
    if !(2..=BOOTSTRAP_UP_TO).contains(&n) {
        return normal_interval(values);
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sum: f64 = (0..n)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    values[((u128::from(state >> 11) * n as u128) >> 53) as usize]
                })
                .sum();
            sum / n as f64
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    (mean, quantile(&means, 0.025), quantile(&means, 0.975))
}

/// Up to this many values the interval of a mean is a bootstrap.
pub const BOOTSTRAP_UP_TO: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_order_statistics() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), 2.5);
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.25), 2.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn wilson_agrees_with_the_textbook_example() {
        // 8 of 10: 0.4901 to 0.9433 (Agresti and Coull 1998 print .49 and .94).
        let rate = Rate::of(8, 10);
        assert!((rate.low.0 - 0.490_162_5).abs() < 1e-6, "{rate:?}");
        assert!((rate.high.0 - 0.943_317_9).abs() < 1e-6, "{rate:?}");
    }

    #[test]
    fn wilson_stays_inside_zero_and_one() {
        for n in 1..40 {
            for hits in 0..=n {
                let rate = Rate::of(hits, n);
                assert!(0.0 <= rate.low.0 && rate.low.0 <= rate.share.0);
                assert!(rate.share.0 <= rate.high.0 && rate.high.0 <= 1.0);
            }
        }
    }

    #[test]
    fn the_bootstrap_interval_holds_the_mean_and_shrinks_with_n() {
        let wave = |n: usize| (0..n).map(|i| (i as f64).sin()).collect::<Vec<_>>();
        let width = |n| {
            let (mean, low, high) = mean_interval(&wave(n));
            assert!(low <= mean && mean <= high);
            high - low
        };
        assert!(width(1600) < 0.6 * width(100));
        // A sine has standard deviation 1/sqrt 2: the normal interval is 2 * 1.96 * 0.7071 / 40 = 0.0693 wide.
        // 400 resamples leave about 5 % of noise on a percentile; 20 % is four times that.
        assert!((width(1600) / 0.0693 - 1.0).abs() < 0.2);
    }
}
