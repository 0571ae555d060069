//! The estimates of a block of examples while they are made.

use super::probes::Probes;
use super::{Estimator, LayerTrace, TraceSettings};
use crate::curvature::classes::{self, Traces};
use crate::curvature::estimate::Running;
use crate::curvature::{Examples, Scope, probe};
use crate::error::Result;
use tch::Tensor;

/// The estimates of a block, `[measure][layer][example]`: traces, and relative sharpness where it is wanted.
pub(super) struct Cells(pub Vec<Vec<Vec<Running>>>);

impl Cells {
    /// What is known exactly, and as many probes of the rest as it takes.
    pub fn of(
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
        let bends = |layer: &usize| !parted || !scope.layer(*layer).piecewise_linear;
        let layers = scope.layers.iter().enumerate();
        let bent: Vec<usize> = layers
            .filter(|(_, layer)| bends(layer))
            .map(|(place, _)| place)
            .collect();
        if all_classes && bent.is_empty() {
            return Ok(cells);
        }
        let probes = Probes {
            scope,
            bent,
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
    pub fn good(&self, row: usize, relative: f64) -> bool {
        let mut cells = self.0.iter().flatten();
        cells.all(|layer| layer[row].estimate().meets(relative))
    }

    pub fn write(&self, found: &mut [LayerTrace]) {
        let estimates = |cells: &[Running]| cells.iter().map(Running::estimate).collect::<Vec<_>>();
        for (place, found) in found.iter_mut().enumerate() {
            found.trace.extend(estimates(&self.0[0][place]));
            if let Some(coloured) = self.0.get(1) {
                found.kappa_tr.extend(estimates(&coloured[place]));
            }
        }
    }
}
