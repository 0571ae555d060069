//! Every measure of some images, column by column.

use super::{asked, scope};
use crate::curvature::{
    Ball, Estimate, Estimator as By, Examples, Largest, LargestSettings, LayerGradient, LayerTrace,
    RiseSettings, Scope, TraceSettings, Watch, average_rise, cure, fisher_rao, gradient_norms,
    largest, largest_in_pixels, sharpness, trace, worst_rise,
};
use crate::error::Result;
use crate::graph::Perturbable;
use tch::Kind;
use valleyscope_shared::curvature::{
    CurvatureMeasure, CurvatureSpec, CurvatureValue, Estimator, NETWORK,
};
use valleyscope_shared::num::Num;

/// The length of CURE's step in the pixels, in ℓ2, as in its authors' code.
const CURE: f64 = 1.5;
/// The dimensions of Hutch++'s subspace, where so many probes are allowed.
const SKETCH: u32 = 10;

/// What one layer, or all of them, say of every image: measure by measure.
type Found = Vec<(CurvatureMeasure, Vec<CurvatureValue>)>;

/// The values in the order of [`CurvatureSpec::columns`], each with one for every image.
pub(super) fn columns(
    network: &Perturbable,
    ask: &CurvatureSpec,
    examples: &Examples,
    watch: &Watch<'_>,
) -> Result<Vec<Vec<CurvatureValue>>> {
    let names = ask.layers.list();
    let traces = match traces_wanted(ask) {
        true => {
            let scope = asked(network, ask, watch)?;
            trace(&scope, examples, &trace_settings(ask))?
        }
        false => Vec::new(),
    };
    let norms = match ask.measures.contains(&CurvatureMeasure::GradNorm) {
        true => gradient_norms(&asked(network, ask, watch)?, examples)?,
        false => Vec::new(),
    };
    let mut all: Vec<(String, Found)> = Vec::with_capacity(names.len());
    for name in names {
        let scope = scope(network, name, ask.memory, watch)?;
        let mut found = of_traces(name, network, &traces, examples.count())?;
        found.extend(of_gradients(&scope, &norms, examples.count()));
        found.extend(of_layer(&scope, ask, examples)?);
        all.push((name.clone(), found));
    }
    let input = of_input(network, ask, examples, watch)?;
    let value = |column: &valleyscope_shared::curvature::Column| {
        let layer = all.iter().find(|(name, _)| *name == column.layer);
        let found = layer.map_or(&input, |(_, found)| found);
        let own = found.iter().find(|(measure, _)| *measure == column.measure);
        own.map_or_else(
            || vec![CurvatureValue::exact(f64::NAN); examples.count()],
            |(_, values)| values.clone(),
        )
    };
    Ok(ask.columns().iter().map(value).collect())
}

/// Whether anything is asked for that follows from traces.
pub(super) fn traces_wanted(ask: &CurvatureSpec) -> bool {
    use CurvatureMeasure::{KappaF2, KappaTr, Trace};
    let wants = |measure| ask.measures.contains(&measure);
    [Trace, KappaTr, KappaF2].into_iter().any(wants)
}

pub(super) fn trace_settings(ask: &CurvatureSpec) -> TraceSettings {
    TraceSettings {
        estimator: match ask.estimator {
            Estimator::Parted => By::Parted,
            Estimator::Hutchinson => By::Hutchinson,
            // Twice as many products find and look at the subspace; 16 probes of the rest make a standard error.
            Estimator::HutchPlusPlus => By::HutchPlusPlus {
                sketch: SKETCH.min(ask.most_probes.saturating_sub(16) / 2),
            },
        },
        relative_error: ask.relative_error,
        most_probes: ask.most_probes,
        seed: ask.seed,
        relative: ask.measures.contains(&CurvatureMeasure::KappaTr),
    }
}

/// What the traces say of one layer, or of all of them together.
fn of_traces(
    name: &str,
    network: &Perturbable,
    traces: &[LayerTrace],
    count: usize,
) -> Result<Found> {
    use CurvatureMeasure::{KappaF2, KappaTr, Trace};
    if name != NETWORK {
        let is = |trace: &&LayerTrace| network.layers()[trace.layer].name == name;
        let Some(own) = traces.iter().find(is) else {
            return Ok(Vec::new());
        };
        let parts = [
            (Trace, &own.trace),
            (KappaTr, &own.kappa_tr),
            (KappaF2, &own.kappa_f2),
        ];
        let found = parts
            .into_iter()
            .filter(|(_, estimates)| estimates.len() == count)
            .map(|(measure, estimates)| (measure, estimates.iter().map(estimated).collect()));
        return Ok(found.collect());
    }
    if traces.is_empty() {
        return Ok(Vec::new());
    }
    // The trace in all weights is the sum of the layers'. Their errors come of the same probes, so they may add up.
    let sum = |place: usize| {
        let parts = traces.iter().map(|trace| trace.trace[place]);
        parts.fold(Estimate::exact(0.0), |sum, part| Estimate {
            value: sum.value + part.value,
            error: sum.error + part.error,
            probes: sum.probes.max(part.probes),
        })
    };
    let sums: Vec<Estimate> = (0..count).map(sum).collect();
    let mut fro_sq = 0.0;
    for layer in network.layers() {
        let square = layer.weight().f_square()?.f_sum(Kind::Double)?;
        fro_sq += square.f_double_value(&[])?;
    }
    let kappas = sums.iter().map(|sum| estimated(&sum.times(fro_sq)));
    Ok(vec![
        (Trace, sums.iter().map(estimated).collect()),
        (KappaF2, kappas.collect()),
    ])
}

/// The gradient's length in one layer's weights, or in those of all of them together.
fn of_gradients(scope: &Scope<'_>, norms: &[LayerGradient], count: usize) -> Found {
    if norms.is_empty() {
        return Vec::new();
    }
    let own = || norms.iter().filter(|own| scope.layers.contains(&own.layer));
    let length = |place: usize| {
        let squares = own().map(|layer| layer.norms[place].powi(2));
        squares.sum::<f64>().sqrt()
    };
    vec![(CurvatureMeasure::GradNorm, exact((0..count).map(length)))]
}

fn estimated(estimate: &Estimate) -> CurvatureValue {
    CurvatureValue {
        value: Num(estimate.value),
        error: (estimate.probes > 0).then_some(Num(estimate.error)),
        residual: None,
        probes: estimate.probes,
    }
}

fn eigenvalue(largest: &Largest) -> CurvatureValue {
    CurvatureValue {
        value: Num(largest.value),
        error: None,
        residual: Some(Num(
            largest.residual / largest.value.abs().max(f64::MIN_POSITIVE)
        )),
        probes: largest.steps,
    }
}

fn exact(values: impl IntoIterator<Item = f64>) -> Vec<CurvatureValue> {
    values.into_iter().map(CurvatureValue::exact).collect()
}

/// What is measured of one scope at a time.
fn of_layer(scope: &Scope<'_>, ask: &CurvatureSpec, examples: &Examples) -> Result<Found> {
    let mut found = Found::new();
    for measure in &ask.measures {
        let values = match measure {
            CurvatureMeasure::LambdaMax => {
                let largest = largest(scope, examples, &largest_settings(ask))?;
                largest.iter().map(eigenvalue).collect()
            }
            CurvatureMeasure::Sam => {
                let ball = match ask.adaptive {
                    true => Ball::Adaptive,
                    false => Ball::Plain,
                };
                exact(sharpness(scope, examples, ball, ask.rho)?)
            }
            CurvatureMeasure::FisherRao => {
                let norms = fisher_rao(scope, examples)?;
                exact(norms.iter().map(|norm| norm.of_weights))
            }
            CurvatureMeasure::StutzAverage => {
                let rises = average_rise(scope, examples, &rise_settings(ask))?;
                rises.iter().map(estimated).collect()
            }
            CurvatureMeasure::StutzWorst => {
                exact(worst_rise(scope, examples, &rise_settings(ask))?)
            }
            _ => continue,
        };
        found.push((*measure, values));
    }
    Ok(found)
}

pub(super) fn largest_settings(ask: &CurvatureSpec) -> LargestSettings {
    LargestSettings {
        tolerance: ask.tolerance,
        steps: ask.lanczos_steps,
        seed: ask.seed,
    }
}

fn rise_settings(ask: &CurvatureSpec) -> RiseSettings {
    RiseSettings {
        xi: ask.relative,
        draws: ask.draws,
        steps: ask.draws,
        step_size: 0.25,
        seed: ask.seed,
    }
}

/// What is read of the images themselves.
fn of_input(
    network: &Perturbable,
    ask: &CurvatureSpec,
    examples: &Examples,
    watch: &Watch<'_>,
) -> Result<Found> {
    let scope = Scope::new(network, &[], ask.memory, watch)?;
    let mut found = Found::new();
    for measure in &ask.measures {
        let values = match measure {
            CurvatureMeasure::InputLambdaMax => {
                let largest = largest_in_pixels(&scope, examples, &largest_settings(ask))?;
                largest.iter().map(eigenvalue).collect()
            }
            CurvatureMeasure::InputCure => exact(cure(&scope, examples, CURE)?),
            _ => continue,
        };
        found.push((*measure, values));
    }
    Ok(found)
}
