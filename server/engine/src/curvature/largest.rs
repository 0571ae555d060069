//! The largest eigenvalue, with how well it is known.

use super::lanczos::{Lanczos, lengths};
use super::limit::{at_least, positive};
use super::product::{EachWeights, MeanWeights, Product};
use super::{Examples, Scope, Watch, Work};
use crate::error::{Error, Result};
use crate::noise::Purpose;
use tch::Tensor;

/// How exactly an eigenvalue is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LargestSettings {
    /// The residual that is enough, as a share of the eigenvalue.
    pub tolerance: f64,
    /// The most products with the Hessian, one of which finds the residual.
    pub steps: u32,
    /// Of the random start.
    pub seed: u64,
}

impl LargestSettings {
    pub(super) fn check(&self) -> Result<()> {
        positive("tolerance", self.tolerance)?;
        at_least(2, "steps", self.steps)
    }

    /// The vectors that are kept.
    pub(crate) fn vectors(&self) -> u64 {
        u64::from(self.steps) + 3
    }
}

/// The largest eigenvalue, as the iteration found it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Largest {
    /// θ.
    pub value: f64,
    /// ‖H v − θ v‖ for the unit vector v that was found: an eigenvalue lies at most so far from θ.
    pub residual: f64,
    /// The smallest eigenvalue of T: the Hessian's is at most this.
    pub least: f64,
    /// Products with the Hessian before the residual's.
    pub steps: u32,
}

/// λ_max of each example's Hessian in the chosen layers' weights, by Lanczos's iteration.
///
/// # Errors
/// Settings outside their limits, a memory that holds not even one example, operators without second derivatives.
pub fn largest(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &LargestSettings,
) -> Result<Vec<Largest>> {
    settings.check()?;
    let vectors = settings.vectors();
    let rows = scope.rows(Work::Products { vectors })?;
    let start = scope.all_signs(settings.seed, 0, Purpose::Krylov)?;
    let mut found = Vec::with_capacity(examples.count());
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let product = EachWeights::new(scope, &block)?;
        let starts = start.f_expand([block.count() as i64, -1], true)?;
        found.extend(iterate(&product, &starts, settings, scope.watch)?);
    }
    Ok(found)
}

/// λ_max of the Hessian of the mean loss in the chosen layers' weights.
///
/// # Errors
/// As [`largest`].
pub fn largest_of_mean(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &LargestSettings,
) -> Result<Largest> {
    settings.check()?;
    let product = MeanWeights::new(scope, examples, settings.vectors())?;
    let start = scope.all_signs(settings.seed, 0, Purpose::Krylov)?;
    let found = iterate(&product, &start, settings, scope.watch)?;
    found.into_iter().next().ok_or(Error::Detached)
}

/// What a row has come to.
struct Ended {
    largest: Largest,
    numbers: Vec<f64>,
}

/// Every row until its residual is small enough, whatever the others do.
pub(super) fn iterate(
    product: &dyn Product,
    starts: &Tensor,
    settings: &LargestSettings,
    watch: &Watch<'_>,
) -> Result<Vec<Largest>> {
    let rows = product.size()[0] as usize;
    let most = settings.steps as usize - 1;
    let mut lanczos = Lanczos::new(product, starts, most)?;
    let mut ended: Vec<Option<Ended>> = (0..rows).map(|_| None).collect();
    while !lanczos.is_full() && ended.iter().any(Option::is_none) {
        lanczos.step()?;
        watch.at("products", lanczos.steps() as u64, most as u64)?;
        for (row, ended) in ended.iter_mut().enumerate() {
            if ended.is_some() {
                continue;
            }
            let ritz = lanczos.ritz(row)?;
            let top = ritz.values.len() - 1;
            let value = ritz.values[top];
            let residual = lanczos.beta(row) * ritz.last[top].abs();
            let enough = residual <= settings.tolerance * value.abs();
            if enough || lanczos.is_full() || lanczos.is_closed(row)? {
                let largest = Largest {
                    value,
                    residual,
                    least: ritz.values[0],
                    steps: lanczos.steps() as u32,
                };
                *ended = Some(Ended {
                    largest,
                    numbers: ritz.top,
                });
            }
        }
    }
    let ended: Vec<Ended> = ended.into_iter().flatten().collect();
    let numbers: Vec<Vec<f64>> = ended.iter().map(|ended| ended.numbers.clone()).collect();
    // What the iteration says of itself is checked by one more product.
    let vectors = lanczos.combined(&numbers)?;
    let values: Vec<f64> = ended.iter().map(|ended| ended.largest.value).collect();
    let values = Tensor::f_from_slice(&values)?
        .f_view([-1, 1])?
        .f_to_kind(vectors.f_kind()?)?
        .f_to_device(vectors.device())?;
    let off = product.apply(&vectors)?.f_sub(&vectors.f_mul(&values)?)?;
    let residuals = lengths(&off)?;
    let found = ended.into_iter().zip(residuals);
    Ok(found
        .map(|(ended, residual)| Largest {
            residual,
            ..ended.largest
        })
        .collect())
}
