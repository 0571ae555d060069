//! Every measure of some images, column by column.

use super::scope;
use crate::curvature::{
    Ball, Estimate, Estimator as By, Examples, Largest, LargestSettings, LayerTrace, PixelSettings,
    RiseSettings, Scope, TraceSettings, Watch, fisher_rao, gradient_norms, largest, loss_rise,
    pixel_curvature, sharpness, trace,
};
use crate::error::Result;
use crate::graph::Perturbable;
use valleyscope_shared::curvature::{
    CurvatureMeasure, CurvatureSpec, CurvatureValue, Estimator, NETWORK,
};
use valleyscope_shared::num::Num;

/// The length of CURE's step in the pixels, in ℓ2, as in its authors' code.
const CURE: f64 = 1.5;
/// The dimensions of Hutch++'s subspace.
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
    let traces = traces(network, ask, examples, watch)?;
    let mut all: Vec<(String, Found)> = Vec::with_capacity(names.len());
    for name in names {
        let scope = scope(network, name, ask.memory, watch)?;
        let mut found = of_traces(name, network, &traces, examples.count());
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

/// The traces of all layers that are asked for, in one go.
fn traces(
    network: &Perturbable,
    ask: &CurvatureSpec,
    examples: &Examples,
    watch: &Watch<'_>,
) -> Result<Vec<LayerTrace>> {
    use CurvatureMeasure::{KappaF2, KappaTr, Trace};
    let wants = |measure| ask.measures.contains(&measure);
    if ![Trace, KappaTr, KappaF2].into_iter().any(wants) {
        return Ok(Vec::new());
    }
    let names = ask.layers.list();
    let scope = match names.iter().any(|name| name == NETWORK) {
        true => Scope::new(network, &[], ask.memory, watch)?,
        false => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Scope::new(network, &names, ask.memory, watch)?
        }
    };
    let settings = TraceSettings {
        estimator: match ask.estimator {
            Estimator::Parted => By::Parted,
            Estimator::Hutchinson => By::Hutchinson,
            Estimator::HutchPlusPlus => By::HutchPlusPlus {
                sketch: SKETCH.min(ask.most_probes.saturating_sub(16) / 2).max(1),
            },
        },
        relative_error: ask.relative_error,
        most_probes: ask.most_probes.max(16),
        seed: ask.seed,
        relative: wants(KappaTr),
    };
    trace(&scope, examples, &settings)
}

/// What the traces say of one layer, or of all of them together.
fn of_traces(name: &str, network: &Perturbable, traces: &[LayerTrace], count: usize) -> Found {
    use CurvatureMeasure::{KappaF2, KappaTr, Trace};
    if traces.is_empty() {
        return Vec::new();
    }
    if name != NETWORK {
        let is = |trace: &&LayerTrace| network.layers()[trace.layer].name == name;
        let Some(own) = traces.iter().find(is) else {
            return Vec::new();
        };
        let parts = [
            (Trace, &own.trace),
            (KappaTr, &own.kappa_tr),
            (KappaF2, &own.kappa_f2),
        ];
        return parts
            .into_iter()
            .filter(|(_, estimates)| estimates.len() == count)
            .map(|(measure, estimates)| (measure, estimates.iter().map(estimated).collect()))
            .collect();
    }
    // The trace in all weights is the sum of the layers'. Their errors come of the same probes, so they may add up.
    let sum = |place: usize| {
        let parts = traces.iter().filter_map(|trace| trace.trace.get(place));
        parts.fold(Estimate::exact(0.0), |sum, part| Estimate {
            value: sum.value + part.value,
            error: sum.error + part.error,
            probes: sum.probes.max(part.probes),
        })
    };
    let sums: Vec<Estimate> = (0..count).map(sum).collect();
    let squares: f64 = network
        .layers()
        .iter()
        .map(|layer| {
            layer
                .weight()
                .f_square()
                .and_then(|square| square.f_sum(tch::Kind::Double))
        })
        .filter_map(|square| square.and_then(|square| square.f_double_value(&[])).ok())
        .sum();
    vec![
        (Trace, sums.iter().map(estimated).collect()),
        (
            KappaF2,
            sums.iter()
                .map(|sum| estimated(&sum.times(squares)))
                .collect(),
        ),
    ]
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

fn largest_settings(ask: &CurvatureSpec) -> LargestSettings {
    LargestSettings {
        tolerance: ask.tolerance,
        steps: ask.lanczos_steps,
        seed: ask.seed,
    }
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
            CurvatureMeasure::GradNorm => {
                let layers = gradient_norms(scope, examples)?;
                let square = |place: usize| {
                    let own = layers.iter().filter_map(|layer| layer.norms.get(place));
                    own.map(|norm| norm * norm).sum::<f64>()
                };
                exact((0..examples.count()).map(|place| square(place).sqrt()))
            }
            _ => continue,
        };
        found.push((*measure, values));
    }
    use CurvatureMeasure::{StutzAverage, StutzWorst};
    if [StutzAverage, StutzWorst]
        .iter()
        .any(|measure| ask.measures.contains(measure))
    {
        let settings = RiseSettings {
            xi: ask.relative,
            draws: ask.draws.max(2),
            steps: ask.draws,
            step_size: 0.25,
            seed: ask.seed,
        };
        let rises = loss_rise(scope, examples, &settings)?;
        found.push((
            StutzAverage,
            rises.iter().map(|rise| estimated(&rise.average)).collect(),
        ));
        found.push((StutzWorst, exact(rises.iter().map(|rise| rise.worst))));
    }
    Ok(found)
}

/// What is read of the images themselves.
fn of_input(
    network: &Perturbable,
    ask: &CurvatureSpec,
    examples: &Examples,
    watch: &Watch<'_>,
) -> Result<Found> {
    use CurvatureMeasure::{InputCure, InputLambdaMax};
    if ![InputLambdaMax, InputCure]
        .iter()
        .any(|measure| ask.measures.contains(measure))
    {
        return Ok(Vec::new());
    }
    let scope = Scope::new(network, &[], ask.memory, watch)?;
    let settings = PixelSettings {
        largest: largest_settings(ask),
        h: CURE,
    };
    let pixels = pixel_curvature(&scope, examples, &settings)?;
    Ok(vec![
        (
            InputLambdaMax,
            pixels
                .iter()
                .map(|pixel| eigenvalue(&pixel.largest))
                .collect(),
        ),
        (InputCure, exact(pixels.iter().map(|pixel| pixel.cure))),
    ])
}
