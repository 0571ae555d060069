//! The trace of the Hessian in each layer's weights, and relative sharpness, with standard errors.

mod cells;
mod probes;

use super::limit::{at_least, positive};
use super::{Estimate, Examples, Scope, Work, classes, hutch_plus_plus};
use crate::error::Result;
use cells::Cells;

/// The fewest probes from which a standard error is taken.
pub(super) const LEAST_PROBES: u32 = 16;

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
        positive("relative_error", self.relative_error)?;
        at_least(LEAST_PROBES, "most_probes", self.most_probes)?;
        match self.estimator {
            Estimator::HutchPlusPlus { sketch } => at_least(1, "sketch", sketch),
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
