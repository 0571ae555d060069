//! What measures on demand take, before they are computed.

use super::super::EngineRunner;
use super::columns::{largest_settings, trace_settings, traces_wanted};
use super::opened;
use crate::curvature::{Estimator, TraceSettings, Work, needs};
use crate::error::Result;
use crate::graph::Perturbable;
use std::collections::BTreeSet;
use valleyscope_shared::curvature::{CurvatureMeasure, CurvatureNeeds, CurvatureSpec, NETWORK};
use valleyscope_shared::spec::RunSpec;

/// A product with the Hessian costs about as much as so many passes.
const PRODUCT: u64 = 3;

/// What some of the work on an image takes at most: on which layers, of which kind, how many passes.
struct Cost {
    layers: Vec<usize>,
    work: Work,
    passes: u64,
}

/// What measures on demand at so many places take at most.
///
/// # Errors
/// The model cannot be read.
pub fn curvature_needs(
    engine: &EngineRunner,
    spec: &RunSpec,
    ask: &CurvatureSpec,
    places: u64,
) -> Result<CurvatureNeeds> {
    let network = opened(engine, spec)?;
    let costs = costs(&network, ask);
    let memory = costs
        .iter()
        .map(|cost| needs(&network, &cost.layers, cost.work).of(1));
    // One pass more attacks the image again.
    let passes = 1 + costs.iter().map(|cost| cost.passes).sum::<u64>();
    Ok(CurvatureNeeds {
        memory: memory.max().unwrap_or(0),
        passes: passes.saturating_mul(places),
    })
}

/// Everything that is done to an image at one point.
fn costs(network: &Perturbable, ask: &CurvatureSpec) -> Vec<Cost> {
    let all: Vec<usize> = (0..network.layers().len()).collect();
    let place = |name: &str| network.layers().iter().position(|layer| layer.name == name);
    let names = ask.layers.list().iter();
    let sets: Vec<Vec<usize>> = names
        .map(|name| match name.as_str() {
            NETWORK => all.clone(),
            one => place(one).into_iter().collect(),
        })
        .collect();
    let asked: BTreeSet<usize> = sets.iter().flatten().copied().collect();
    let asked: Vec<usize> = asked.into_iter().collect();
    let mut costs = Vec::new();
    if traces_wanted(ask) {
        costs.extend(of_traces(network, &trace_settings(ask), &asked));
    }
    for measure in &ask.measures {
        let each = |(work, passes): (Work, u64)| {
            let cost = |set: &Vec<usize>| Cost {
                layers: set.clone(),
                work,
                passes,
            };
            sets.iter().map(cost).collect::<Vec<_>>()
        };
        let once = |layers: &Vec<usize>, work, passes| {
            vec![Cost {
                layers: layers.clone(),
                work,
                passes,
            }]
        };
        let steps = u64::from(ask.lanczos_steps);
        let vectors = largest_settings(ask).vectors();
        let draws = u64::from(ask.draws);
        costs.extend(match measure {
            CurvatureMeasure::Trace | CurvatureMeasure::KappaTr | CurvatureMeasure::KappaF2 => {
                Vec::new()
            }
            CurvatureMeasure::LambdaMax => each((Work::Products { vectors }, PRODUCT * steps)),
            CurvatureMeasure::Density => {
                let steps = u64::from(ask.density_steps);
                let passes = PRODUCT * steps * u64::from(ask.density_starts);
                each((Work::MeanProducts { vectors: steps + 3 }, passes))
            }
            CurvatureMeasure::Sam => each((Work::Changes, 2)),
            CurvatureMeasure::StutzAverage => each((Work::Changes, draws + 1)),
            CurvatureMeasure::StutzWorst => each((Work::Changes, 2 * draws + 2)),
            CurvatureMeasure::FisherRao => each((Work::Probes, PRODUCT)),
            CurvatureMeasure::InputLambdaMax => {
                once(&all, Work::Pixels { vectors }, PRODUCT * steps)
            }
            CurvatureMeasure::InputCure => once(&all, Work::Pixels { vectors: 0 }, 4),
            CurvatureMeasure::GradNorm => once(&asked, Work::Gradients, 2),
        });
    }
    costs
}

/// The traces of all layers, in one go.
fn of_traces(network: &Perturbable, settings: &TraceSettings, asked: &[usize]) -> Vec<Cost> {
    let most = u64::from(settings.most_probes);
    let probes = PRODUCT * most * (1 + u64::from(settings.relative));
    let cost = |layers: &[usize], work, passes| Cost {
        layers: layers.to_vec(),
        work,
        passes,
    };
    if let Estimator::HutchPlusPlus { sketch } = settings.estimator {
        let vectors = 4 * u64::from(sketch);
        let one = |layer: &usize| cost(&[*layer], Work::Products { vectors }, probes);
        return asked.iter().map(one).collect();
    }
    let parted = settings.estimator == Estimator::Parted;
    let bends = |layer: &&usize| !parted || !network.layers()[**layer].piecewise_linear;
    let drawn = probes * asked.iter().filter(bends).count() as u64;
    let classes = match network.layers().last() {
        Some(last) if parted => most.min(last.weight().size()[0].unsigned_abs()),
        _ => 0,
    };
    vec![
        cost(asked, Work::Probes, drawn),
        cost(asked, Work::Gradients, 2 + classes),
    ]
}
