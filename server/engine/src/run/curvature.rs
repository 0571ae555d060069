//! Measures on demand: the images of a run attacked once more, and the curvature of the loss where their paths are.

mod columns;
mod images;
mod needs;

pub use needs::curvature_needs;

use super::{EngineRunner, precision, run};
use crate::curvature::{DensitySettings, Examples, Progress, Scope, Watch, density};
use crate::error::{Error, Result};
use crate::graph::Perturbable;
use crate::{device, model};
use columns::columns;
use images::Images;
use tch::{Device, Kind};
use valleyscope_shared::curvature::{
    CurvatureBlock, CurvatureLayer, CurvatureMeasure, CurvatureOutput, CurvatureSpec, Density,
    Mark, NETWORK, Place, Plan,
};
use valleyscope_shared::num::Num;
use valleyscope_shared::runner::{Cancel, Output};
use valleyscope_shared::spec::RunSpec;

/// So many images are computed together, so that news come often and few wait; the engine parts them further where memory is short.
const TOGETHER: usize = 8;

/// So many places a density is drawn at, each a Gaussian as wide as this share of the spectrum.
const DENSITY: (usize, f64) = (400, 0.01);

/// The layers of a model whose curvature can be asked for.
///
/// # Errors
/// There is no such model, it cannot be read, or it is a program.
pub fn curvature_layers(data_dir: &std::path::Path, name: &str) -> Result<Vec<CurvatureLayer>> {
    let network = model::library::open_perturbable(data_dir, name, Device::Cpu, Kind::Float)?;
    let layer = |layer: &crate::graph::Weighted| CurvatureLayer {
        name: layer.name.clone(),
        kind: layer.kind.to_owned(),
        shape: layer
            .weight()
            .size()
            .iter()
            .map(|side| side.unsigned_abs() as usize)
            .collect(),
        parameters: layer.parameters(),
    };
    Ok(network.layers().iter().map(layer).collect())
}

/// The network of a run for the loss as a function of its weights, in the run's precision.
fn opened(engine: &EngineRunner, spec: &RunSpec) -> Result<Perturbable> {
    let device = device::parse(&spec.device, engine.device)?;
    let kind = match spec.precision {
        valleyscope_shared::spec::Precision::F64 => Kind::Double,
        _ => Kind::Float,
    };
    model::library::open_perturbable(&engine.data_dir, &spec.model, device, kind)
}

/// Computes what is asked for and not known yet.
///
/// # Errors
/// As the run's own, and those of [`crate::curvature`].
pub(super) fn curvature(
    engine: &EngineRunner,
    ask: &CurvatureSpec,
    plan: &Plan,
    known: &dyn Fn(Place) -> bool,
    cancel: &Cancel,
    emit: &mut dyn FnMut(CurvatureOutput),
) -> Result<()> {
    let network = opened(engine, &plan.again)?;
    let (kind, _held) = precision(
        plan.again.precision,
        device::parse(&plan.again.device, engine.device)?,
        cancel,
    )?;
    let silent = |_: Progress| {};
    let watch = Watch::new(cancel, &silent);
    let mut images = Images::of(plan, ask, known);
    if images.is_done() {
        return Ok(());
    }
    let last = plan.rows.iter().map(|row| row.row).max().unwrap_or(0);
    let again = RunSpec {
        keep_examples: last as u32 + 1,
        ..plan.again.clone()
    };
    // What fails while the attack goes on ends it.
    let inner = Cancel::default();
    let mut failed = None;
    let mut take = |output: Output| {
        if cancel.is_cancelled() || failed.is_some() {
            inner.cancel();
            return;
        }
        let due = match output {
            // What an image read is told before what is computed of it.
            Output::Block(block) if block.pass == plan.pass => {
                emit(CurvatureOutput::Read(block));
                images.count() >= TOGETHER
            }
            Output::Kept(kept) if kept.pass == plan.pass => {
                images.take(&kept);
                false
            }
            Output::Ending { .. } => images.count() > 0,
            _ => false,
        };
        if due {
            let computed = blocks(&network, ask, &images.waiting(), kind, &watch, emit);
            failed = computed.err();
        }
    };
    let ended = run(engine, &again, None, &inner, &mut take);
    match (failed, ended) {
        (Some(error), _) => return Err(error),
        (None, Err(Error::Cancelled)) => return Ok(()),
        (None, ended) => ended?,
    }
    if ask.measures.contains(&CurvatureMeasure::Density) {
        densities(&network, ask, plan, &images, known, kind, &watch, emit)?;
    }
    Ok(())
}

/// One image of the path of an example.
struct Waiting {
    row: usize,
    point: usize,
    label: usize,
    shape: Vec<usize>,
    pixels: Vec<f32>,
}

/// These images as the network takes them.
fn examples(network: &Perturbable, waiting: &[&Waiting], kind: Kind) -> Result<Examples> {
    let shape = waiting
        .first()
        .map_or(&[][..], |first| first.shape.as_slice());
    let size: Vec<i64> = std::iter::once(waiting.len())
        .chain(shape.iter().copied())
        .map(|side| side as i64)
        .collect();
    let pixels: Vec<f32> = waiting
        .iter()
        .flat_map(|one| &one.pixels)
        .copied()
        .collect();
    let x = tch::Tensor::f_from_slice(&pixels)?
        .f_view(size.as_slice())?
        .f_to_kind(kind)?
        .f_to_device(network.device())?;
    let labels: Vec<usize> = waiting.iter().map(|one| one.label).collect();
    Examples::new(&x, &labels)
}

/// Every measure of these images.
fn blocks(
    network: &Perturbable,
    ask: &CurvatureSpec,
    waiting: &[Waiting],
    kind: Kind,
    watch: &Watch<'_>,
    emit: &mut dyn FnMut(CurvatureOutput),
) -> Result<()> {
    for some in waiting.chunks(TOGETHER) {
        let some: Vec<&Waiting> = some.iter().collect();
        let examples = examples(network, &some, kind)?;
        let columns = columns(network, ask, &examples, watch)?;
        for (place, one) in some.iter().enumerate() {
            let values = columns
                .iter()
                .filter_map(|column| column.get(place).copied());
            emit(CurvatureOutput::Values(CurvatureBlock {
                row: one.row,
                point: one.point,
                values: values.collect(),
            }));
        }
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "each is used once, in one place")]
fn densities(
    network: &Perturbable,
    ask: &CurvatureSpec,
    plan: &Plan,
    images: &Images,
    known: &dyn Fn(Place) -> bool,
    kind: Kind,
    watch: &Watch<'_>,
    emit: &mut dyn FnMut(CurvatureOutput),
) -> Result<()> {
    for mark in Mark::ALL {
        let at = plan.at(mark);
        let those: Vec<&Waiting> = at
            .iter()
            .filter_map(|(row, point)| images.held(*row, *point))
            .collect();
        if those.is_empty() {
            continue;
        }
        let examples = examples(network, &those, kind)?;
        for (layer, name) in ask.layers.list().iter().enumerate() {
            if known(Place::Density { mark, layer }) {
                continue;
            }
            let scope = scope(network, name, ask.memory, watch)?;
            let settings = DensitySettings {
                steps: ask.density_steps,
                starts: ask.density_starts,
                seed: ask.seed,
            };
            let spectrum = density(&scope, &examples, &settings)?;
            let curve = spectrum.density(DENSITY.0, DENSITY.1)?;
            let numbers = |values: Vec<f64>| values.into_iter().map(Num).collect();
            let (nodes, weights): (Vec<f64>, Vec<f64>) =
                spectrum.starts.iter().flatten().copied().unzip();
            let share = spectrum.starts.len().max(1) as f64;
            emit(CurvatureOutput::Density(Density {
                mark,
                layer,
                examples: those.len(),
                nodes: numbers(nodes),
                weights: numbers(weights.iter().map(|weight| weight / share).collect()),
                grid: numbers(curve.places),
                density: numbers(curve.values),
            }));
        }
    }
    Ok(())
}

/// One layer by its name, or all of them.
fn scope<'a>(
    network: &'a Perturbable,
    name: &str,
    memory: u64,
    watch: &'a Watch<'a>,
) -> Result<Scope<'a>> {
    match name {
        NETWORK => Scope::new(network, &[], memory, watch),
        one => Scope::new(network, &[one], memory, watch),
    }
}

/// Every layer that is asked for, alone or among all.
fn asked<'a>(
    network: &'a Perturbable,
    ask: &CurvatureSpec,
    watch: &'a Watch<'a>,
) -> Result<Scope<'a>> {
    let names = ask.layers.list();
    let names: Vec<&str> = match names.iter().any(|name| name == NETWORK) {
        true => Vec::new(),
        false => names.iter().map(String::as_str).collect(),
    };
    Scope::new(network, &names, ask.memory, watch)
}
