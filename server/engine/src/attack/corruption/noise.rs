//! Noise on every value.

use super::super::picture::Picture;
use super::Table;
use crate::noise::Stream;

const GAUSSIAN: Table<f64> = [0.04, 0.06, 0.08, 0.09, 0.10];
const SHOT: Table<f64> = [500.0, 250.0, 100.0, 75.0, 50.0];
const IMPULSE: Table<f64> = [0.01, 0.02, 0.03, 0.05, 0.07];
const SPECKLE: Table<f64> = [0.06, 0.1, 0.12, 0.16, 0.2];

/// x + σ · normal.
pub(super) fn gaussian(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    each(picture, |value| value + GAUSSIAN[level] * stream.normal())
}

/// Poisson(c · x) / c: the light of c photons for a white pixel.
pub(super) fn shot(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    let photons = SHOT[level];
    each(picture, |value| {
        poisson(value.max(0.0) * photons, stream.unit()) / photons
    })
}

/// Salt and pepper: a share of the values becomes 0 or 1, with equal chances.
pub(super) fn impulse(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    each(picture, |value| {
        let (hit, salt) = (stream.unit() < IMPULSE[level], stream.unit() < 0.5);
        match (hit, salt) {
            (false, _) => value,
            (true, true) => 1.0,
            (true, false) => 0.0,
        }
    })
}

/// x + x · σ · normal.
pub(super) fn speckle(picture: &Picture, level: usize, stream: &mut Stream) -> Picture {
    each(picture, |value| {
        value + value * SPECKLE[level] * stream.normal()
    })
}

fn each(picture: &Picture, change: impl FnMut(f64) -> f64) -> Picture {
    picture.with(picture.values.iter().copied().map(change).collect())
}

/// The smallest k at which the distribution of mean `mean` reaches `share`: one uniform number makes one Poisson number.
/// e^−500 is far above the smallest number of f64, so the sum loses nothing.
fn poisson(mean: f64, share: f64) -> f64 {
    let mut k = 0.0;
    let mut term = (-mean).exp();
    let mut sum = term;
    // Forty deviations above the mean lies what rounding of the sum would never reach.
    let end = mean + 40.0 * mean.sqrt() + 40.0;
    while sum <= share && k < end {
        k += 1.0;
        term *= mean / k;
        sum += term;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::{Noise, Purpose};

    #[test]
    fn poisson_numbers_have_their_mean_and_variance() {
        let mut stream = Noise::new(2).stream(0, Purpose::Corruption);
        for mean in [0.0, 0.7, 40.0, 500.0] {
            let n = 4_000;
            let numbers: Vec<f64> = (0..n).map(|_| poisson(mean, stream.unit())).collect();
            let average = numbers.iter().sum::<f64>() / f64::from(n);
            let squares = numbers.iter().map(|k| (k - mean).powi(2)).sum::<f64>() / f64::from(n);
            // Standard errors √(λ/n) and √((2λ² + λ)/n); four of each.
            let four = 4.0 / f64::from(n).sqrt();
            assert!(
                (average - mean).abs() <= four * mean.sqrt(),
                "{mean}: {average}"
            );
            let spread = (2.0 * mean * mean + mean).sqrt();
            assert!((squares - mean).abs() <= four * spread, "{mean}: {squares}");
        }
    }
}
