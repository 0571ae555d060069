//! The trace of the Hessian in each layer's weights, and relative sharpness, with standard errors.

use super::classes::{self, Traces};
use super::estimate::{Estimate, Running};
use super::quadratic::{Part, quadratic};
use super::{Examples, Scope, Work, hutch_plus_plus, probe};
use crate::error::{Error, Result};
use crate::noise::{Noise, Purpose};
use tch::Tensor;

/// The fewest probes from which a standard error is taken.
pub(super) const LEAST_PROBES: u32 = 16;

/// How many probes are taken between two looks at the standard errors.
///
/// Looking after each would stop too often where an error happens to be small.
const BETWEEN: u32 = 8;

/// How a trace is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimator {
    /// The Gauss-Newton part class by class, without random numbers where there are no more classes than probes are allowed,
    /// and the rest by Hutchinson; exact where only piecewise linear operators follow the layer.
    Parted,
    /// Hutchinson 1989 with signs, on the whole Hessian.
    Hutchinson,
    /// Meyer, Musco, Musco and Woodruff 2021, <https://arxiv.org/abs/2010.09649>: the trace on a subspace of so many dimensions
    /// exactly, the rest by Hutchinson. A layer at a time.
    HutchPlusPlus {
        /// The dimensions of the subspace.
        sketch: u32,
    },
}

/// How exactly traces are wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceSettings {
    /// How they are found.
    pub estimator: Estimator,
    /// The standard error that is enough, as a share of the value.
    pub relative_error: f64,
    /// The most probes of a layer and example.
    pub most_probes: u32,
    /// Of the random numbers.
    pub seed: u64,
    /// Whether relative sharpness is wanted too: as many probes again where it is not exact.
    pub relative: bool,
}

impl TraceSettings {
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |field, value: String, expected: &str| {
            Err(Error::Setting {
                field,
                value,
                expected: expected.to_owned(),
            })
        };
        if !(self.relative_error.is_finite() && self.relative_error > 0.0) {
            let value = self.relative_error.to_string();
            return refuse("relative_error", value, "a positive number is right");
        }
        if self.most_probes < LEAST_PROBES {
            let value = self.most_probes.to_string();
            return refuse(
                "most_probes",
                value,
                "a standard error takes at least 16 probes",
            );
        }
        match self.estimator {
            Estimator::HutchPlusPlus { sketch: 0 } => {
                refuse("sketch", "0".to_owned(), "at least 1 is right")
            }
            _ => Ok(()),
        }
    }
}

/// What was found of one layer, example by example.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTrace {
    /// Its number in [`crate::graph::Perturbable::layers`].
    pub layer: usize,
    /// Tr H.
    pub trace: Vec<Estimate>,
    /// ‖W‖_F² Tr H.
    pub kappa_f2: Vec<Estimate>,
    /// Petzka's κ_tr = Σ_{s,s'} ⟨w_s, w_s'⟩ Tr H_{s,s'} over pairs of neurons; empty where nobody asked.
    pub kappa_tr: Vec<Estimate>,
}

/// The traces of every chosen layer's own block of the Hessian; their sum is the trace in all of them.
///
/// An example stops when the standard errors of its layers are small enough, whatever the others do.
///
/// # Errors
/// Settings outside their limits, a memory that holds not even one example, operators without second derivatives.
pub fn trace(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &TraceSettings,
) -> Result<Vec<LayerTrace>> {
    settings.check()?;
    let squares = classes::squares(scope)?;
    let mut found: Vec<LayerTrace> = scope
        .layers
        .iter()
        .map(|layer| LayerTrace {
            layer: *layer,
            trace: Vec::new(),
            kappa_f2: Vec::new(),
            kappa_tr: Vec::new(),
        })
        .collect();
    if let Estimator::HutchPlusPlus { sketch } = settings.estimator {
        for (place, found) in found.iter_mut().enumerate() {
            let only = scope.only(found.layer);
            let square = &squares[place];
            hutch_plus_plus::traces(&only, examples, settings, sketch, square, found)?;
        }
    } else {
        let rows = scope.rows(Work::Probes)?.min(scope.rows(Work::Gradients)?);
        for block in examples.blocks(rows) {
            let block = examples.select(&block)?;
            let cells = Cells::of(scope, &block, settings, &squares)?;
            cells.write(&mut found);
        }
    }
    for (found, square) in found.iter_mut().zip(&squares) {
        let fro_sq = square.f_trace()?.f_double_value(&[])?;
        let kappa = found.trace.iter().map(|trace| trace.times(fro_sq));
        found.kappa_f2 = kappa.collect();
    }
    Ok(found)
}

/// The estimates of a block, `[measure][layer][example]`: traces, and relative sharpness where it is wanted.
struct Cells(Vec<Vec<Vec<Running>>>);

impl Cells {
    fn of(
        scope: &Scope<'_>,
        examples: &Examples,
        settings: &TraceSettings,
        squares: &[Tensor],
    ) -> Result<Self> {
        let wanted = settings.relative.then_some(squares);
        let logits = tch::no_grad(|| scope.logits(examples.x()))?;
        scope.check(examples, &logits)?;
        let classes = logits.size()[1] as usize;
        let parted = settings.estimator == Estimator::Parted;
        let all_classes = parted && classes <= settings.most_probes as usize;
        let mut cells = Self::empty(scope, examples, settings);
        if all_classes {
            let taps = scope.tapped(examples.x(), None)?;
            cells.beside(classes::exact(scope, &taps, wanted)?);
        }
        let bent: Vec<usize> = scope
            .layers
            .iter()
            .copied()
            .filter(|layer| !parted || !scope.layer(*layer).piecewise_linear)
            .collect();
        if all_classes && bent.is_empty() {
            return Ok(cells);
        }
        let probes = Probes {
            scope,
            bent: Scope {
                layers: bent,
                ..*scope
            },
            settings,
            squares: wanted,
            roots: match wanted {
                Some(squares) => probe::roots(squares)?,
                None => Vec::new(),
            },
            classes: (parted && !all_classes).then_some(classes),
        };
        probes.take(examples, &mut cells)?;
        Ok(cells)
    }

    fn empty(scope: &Scope<'_>, examples: &Examples, settings: &TraceSettings) -> Self {
        let measures = 1 + usize::from(settings.relative);
        let layer = vec![Running::default(); examples.count()];
        Self(vec![vec![layer; scope.layers.len()]; measures])
    }

    fn beside(&mut self, exact: Traces) {
        for (cells, exact) in self.0.iter_mut().zip([exact.plain, exact.coloured]) {
            for (cells, exact) in cells.iter_mut().zip(exact) {
                *cells = exact.into_iter().map(Running::beside).collect();
            }
        }
    }

    /// Whether an example's estimates are all good enough.
    fn good(&self, row: usize, relative: f64) -> bool {
        let mut cells = self.0.iter().flatten();
        cells.all(|layer| layer[row].estimate().meets(relative))
    }

    fn write(&self, found: &mut [LayerTrace]) {
        let estimates = |cells: &[Running]| cells.iter().map(Running::estimate).collect::<Vec<_>>();
        for (place, found) in found.iter_mut().enumerate() {
            found.trace.extend(estimates(&self.0[0][place]));
            if let Some(coloured) = self.0.get(1) {
                found.kappa_tr.extend(estimates(&coloured[place]));
            }
        }
    }
}

/// What is drawn, and for which layers.
struct Probes<'a, 's> {
    scope: &'a Scope<'s>,
    /// The layers whose Hessian has more than what is known otherwise.
    bent: Scope<'s>,
    settings: &'a TraceSettings,
    squares: Option<&'a [Tensor]>,
    roots: Vec<Tensor>,
    /// How many classes there are, where their part is drawn too.
    classes: Option<usize>,
}

impl Probes<'_, '_> {
    fn take(&self, examples: &Examples, cells: &mut Cells) -> Result<()> {
        let mut active: Vec<usize> = (0..examples.count()).collect();
        let mut now = examples.select(&active)?;
        let most = self.settings.most_probes;
        for number in 0..most {
            self.one(&now, &active, u64::from(number), cells)?;
            let taken = number + 1;
            self.scope
                .watch
                .at("probes", u64::from(taken), u64::from(most))?;
            if taken < LEAST_PROBES || (taken - LEAST_PROBES) % BETWEEN != 0 {
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
            scope,
            bent,
            settings,
            ..
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
        let places: Vec<usize> = (0..scope.layers.len())
            .filter(|place| bent.layers.contains(&scope.layers[*place]))
            .collect();
        if !places.is_empty() {
            let signs = (0..places.len())
                .map(|place| bent.signs(place, settings.seed, number, Purpose::Probe));
            let signs: Vec<Tensor> = signs.collect::<Result<_>>()?;
            for (measure, samples) in samples.iter_mut().enumerate() {
                let directions = match measure {
                    0 => signs
                        .iter()
                        .map(|signs| Ok(signs.shallow_clone()))
                        .collect(),
                    _ => places
                        .iter()
                        .zip(&signs)
                        .map(|(place, signs)| probe::coloured(&self.roots[*place], signs))
                        .collect::<Result<Vec<Tensor>>>(),
                }?;
                let bends = quadratic(bent, now, &directions, part)
                    .map_err(|error| scope.explained(error))?;
                for (place, bends) in places.iter().zip(bends) {
                    for (sample, bend) in samples[*place].iter_mut().zip(bends) {
                        *sample += bend;
                    }
                }
            }
        }
        for (cells, samples) in cells.0.iter_mut().zip(samples) {
            for (place, (cells, samples)) in cells.iter_mut().zip(samples).enumerate() {
                // What is exact takes no samples.
                if self.classes.is_some() || places.contains(&place) {
                    for (row, sample) in rows.iter().zip(samples) {
                        cells[*row].push(sample);
                    }
                }
            }
        }
        Ok(())
    }
}
