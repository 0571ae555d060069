//! The spectral density of the Hessian of the mean loss, by stochastic Lanczos quadrature.
//!
//! For a start z of signs, `1/P zᵀ f(H) z ≈ Σ_j τ_j² f(θ_j)`, θ the eigenvalues of Lanczos's T_m and τ the first numbers of its eigenvectors;
//! its mean over starts is `1/P Tr f(H)`. With m steps it is exact for polynomials up to degree 2 m − 1.
//! Golub and Meurant; Ubaru, Chen and Saad 2017; of networks: Ghorbani, Krishnan and Xiao 2019, <https://arxiv.org/abs/1901.10159>.

use super::estimate::Running;
use super::lanczos::Lanczos;
use super::limit::at_least;
use super::product::{MeanWeights, Product};
use super::{Estimate, Examples, Scope};
use crate::error::{Error, Result};
use crate::noise::Purpose;
use std::f64::consts::TAU;

/// How finely the spectrum is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensitySettings {
    /// Steps of Lanczos's iteration.
    pub steps: u32,
    /// Independent starts.
    pub starts: u32,
    /// Of the random starts.
    pub seed: u64,
}

/// The spectrum as weighted points.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// Of each start, the points θ with their weights, which sum to one.
    pub starts: Vec<Vec<(f64, f64)>>,
    /// The first four moments `1/P Tr H^k`, with standard errors over starts.
    pub moments: [Estimate; 4],
}

/// The density as a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// Where it is given, in ascending order.
    pub places: Vec<f64>,
    /// The density there; its integral is one.
    pub values: Vec<f64>,
    /// The standard deviation of the Gaussian that each point is drawn as.
    pub width: f64,
}

/// The spectrum of the Hessian of the mean loss over the examples, in the chosen layers' weights.
///
/// # Errors
/// Settings outside their limits, a memory that holds not even one example, operators without second derivatives.
pub fn density(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &DensitySettings,
) -> Result<Spectrum> {
    at_least(2, "steps", settings.steps)?;
    at_least(2, "starts", settings.starts)?;
    let product = MeanWeights::new(scope, examples, u64::from(settings.steps) + 3)?;
    let all = u64::from(settings.starts) * u64::from(settings.steps);
    let mut starts = Vec::with_capacity(settings.starts as usize);
    for number in 0..u64::from(settings.starts) {
        let start = scope.all_signs(settings.seed, number, Purpose::Krylov)?;
        let mut lanczos = Lanczos::new(&product as &dyn Product, &start, settings.steps as usize)?;
        while !lanczos.is_full() && !lanczos.is_closed(0)? {
            lanczos.step()?;
            let done = number * u64::from(settings.steps) + lanczos.steps() as u64;
            scope.watch.at("products", done, all)?;
        }
        let ritz = lanczos.ritz(0)?;
        let weights = ritz.first.iter().map(|first| first * first);
        starts.push(ritz.values.iter().copied().zip(weights).collect::<Vec<_>>());
    }
    let moments = [1, 2, 3, 4].map(|power| {
        let mut mean = Running::default();
        for points in &starts {
            mean.push(
                points
                    .iter()
                    .map(|(value, weight)| weight * value.powi(power))
                    .sum(),
            );
        }
        mean.estimate()
    });
    Ok(Spectrum { starts, moments })
}

impl Spectrum {
    /// The density on so many places, from four widths before the first point to four behind the last.
    ///
    /// The width is a share of the range of the points.
    ///
    /// # Errors
    /// Fewer than two places, and a width that is not positive.
    pub fn density(&self, places: usize, share: f64) -> Result<Density> {
        if places < 2 || !(share.is_finite() && share > 0.0) {
            return Err(Error::Setting {
                field: "density",
                value: format!("{places} places, width {share}"),
                expected: "at least 2 places and a positive width are right".to_owned(),
            });
        }
        let points = || self.starts.iter().flatten();
        let low = points().map(|point| point.0).fold(f64::INFINITY, f64::min);
        let high = points()
            .map(|point| point.0)
            .fold(f64::NEG_INFINITY, f64::max);
        let range = match high > low {
            true => high - low,
            false => high.abs().max(1.0),
        };
        let width = share * range;
        let [from, to] = [low - 4.0 * width, high + 4.0 * width];
        let place = |i: usize| from + (to - from) * i as f64 / (places - 1) as f64;
        let places: Vec<f64> = (0..places).map(place).collect();
        let scale = 1.0 / (self.starts.len() as f64 * width * TAU.sqrt());
        let value = |at: &f64| {
            let one = |(value, weight): &(f64, f64)| {
                let off = (at - value) / width;
                weight * (-off * off / 2.0).exp()
            };
            scale * points().map(one).sum::<f64>()
        };
        Ok(Density {
            values: places.iter().map(value).collect(),
            places,
            width,
        })
    }
}
