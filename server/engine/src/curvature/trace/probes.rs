//! Probes of what no closed form gives, a layer at a time.
//!
//! One double backward pass could serve all layers, each along a direction of its own, but these then disturb each other:
//! in ResNet-20 it is 3.2 times as fast and has 66 times the variance, and of what is left of a small vision transformer without its
//! Gauss-Newton part 5 times the variance, up to 15 times in a layer.

use super::cells::Cells;
use super::{Estimator, LEAST_PROBES, TraceSettings};
use crate::curvature::quadratic::{Part, quadratic};
use crate::curvature::{Examples, Scope, classes, probe};
use crate::error::Result;
use crate::noise::{Noise, Purpose};
use tch::Tensor;

/// How many probes are taken between two looks at the standard errors.
///
/// Looking after each would stop too often where an error happens to be small.
const BETWEEN: u32 = 8;

/// What is drawn, and for which layers.
pub(super) struct Probes<'a, 's> {
    pub scope: &'a Scope<'s>,
    /// The places of the layers whose Hessian has more than what is known otherwise.
    pub bent: Vec<usize>,
    pub settings: &'a TraceSettings,
    pub squares: Option<&'a [Tensor]>,
    pub roots: Vec<Tensor>,
    /// How many classes there are, where their part is drawn too.
    pub classes: Option<usize>,
}

impl Probes<'_, '_> {
    /// Takes probes until every example's estimates are good enough.
    pub fn take(&self, examples: &Examples, cells: &mut Cells) -> Result<()> {
        let mut active: Vec<usize> = (0..examples.count()).collect();
        let mut now = examples.select(&active)?;
        let most = self.settings.most_probes;
        for number in 0..most {
            self.one(&now, &active, u64::from(number), cells)?;
            let taken = number + 1;
            self.scope
                .watch
                .at("probes", u64::from(taken), u64::from(most))?;
            if taken < LEAST_PROBES || !(taken - LEAST_PROBES).is_multiple_of(BETWEEN) {
                continue;
            }
            let before = active.len();
            active.retain(|row| !cells.good(*row, self.settings.relative_error));
            if active.is_empty() {
                break;
            }
            if active.len() < before {
                now = examples.select(&active)?;
            }
        }
        Ok(())
    }

    /// One probe of the examples that are not good enough.
    fn one(&self, now: &Examples, rows: &[usize], number: u64, cells: &mut Cells) -> Result<()> {
        let Self {
            scope, settings, ..
        } = self;
        let zeros = || vec![vec![0.0; rows.len()]; scope.layers.len()];
        let mut samples = vec![zeros(); cells.0.len()];
        if let Some(classes) = self.classes {
            let mut stream = Noise::new(settings.seed).stream(number, Purpose::ClassProbe);
            let signs: Vec<f64> = stream.signs(classes).map(f64::from).collect();
            let taps = scope.tapped(now.x(), None)?;
            let drawn = classes::sample(scope, &taps, &signs, self.squares)?;
            samples = [drawn.plain, drawn.coloured]
                .into_iter()
                .take(samples.len())
                .collect();
        }
        let part = match settings.estimator {
            Estimator::Parted => Part::Rest,
            _ => Part::Whole,
        };
        for (measure, samples) in samples.iter_mut().enumerate() {
            for place in &self.bent {
                let only = scope.only(scope.layers[*place]);
                let signs = only.signs(0, settings.seed, number, Purpose::Probe)?;
                let direction = match measure {
                    0 => signs,
                    _ => probe::coloured(&self.roots[*place], &signs)?,
                };
                let bends = quadratic(&only, now, &[direction], part)
                    .map_err(|error| scope.explained(error))?;
                for (sample, bend) in samples[*place].iter_mut().zip(bends.iter().flatten()) {
                    *sample += bend;
                }
            }
        }
        for (cells, samples) in cells.0.iter_mut().zip(samples) {
            for (place, (cells, samples)) in cells.iter_mut().zip(samples).enumerate() {
                // What is exact takes no samples.
                if self.classes.is_some() || self.bent.contains(&place) {
                    for (row, sample) in rows.iter().zip(samples) {
                        cells[*row].push(sample);
                    }
                }
            }
        }
        Ok(())
    }
}
