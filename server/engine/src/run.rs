//! A run from its description to its events: load, select, attack batch by batch, read, hand out.

mod aim;
mod curvature;
mod ending;
mod fit;
mod memory;
mod pass;
mod progress;
mod resume;
mod select;
mod verdict;

pub use curvature::{curvature_layers, curvature_needs};
pub use memory::{Needs, activations, available, needs};

use crate::check::{Checker, Guidance, doubts};
use crate::device::{self, tf32};
use crate::error::{Error, Result};
use crate::measure::LastLayer;
use crate::{data, model, origin};
use pass::Pass;
use progress::Progress;
use resume::Taken;
use select::Selection;
use std::ops::Range;
use std::path::PathBuf;
use tch::{Device, Kind};
use valleyscope_shared::curvature::{CurvatureOutput, CurvatureSpec, Place, Plan};
use valleyscope_shared::event::{Event, Started, Summary};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Example;
use valleyscope_shared::runner::{Cancel, Earlier, Output, Runner};
use valleyscope_shared::spec::{Precision, RunSpec};
use valleyscope_shared::valley::{PassSummary, Population, timeline};

/// Computes runs on LibTorch.
#[derive(Clone, Debug)]
pub struct EngineRunner {
    /// Where registered models and data sets lie.
    pub data_dir: PathBuf,
    /// The device that `auto` stands for.
    pub device: Device,
}

impl Runner for EngineRunner {
    fn run(
        &mut self,
        spec: &RunSpec,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem> {
        outcome(run(self, spec, None, cancel, emit))
    }

    fn resume(
        &mut self,
        spec: &RunSpec,
        earlier: &Earlier<'_>,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem> {
        outcome(run(self, spec, Some(earlier), cancel, emit))
    }

    fn curvature(
        &mut self,
        _run: &RunSpec,
        ask: &CurvatureSpec,
        plan: &Plan,
        known: &dyn Fn(Place) -> bool,
        cancel: &Cancel,
        emit: &mut dyn FnMut(CurvatureOutput),
    ) -> Result<(), Problem> {
        outcome(curvature::curvature(self, ask, plan, known, cancel, emit))
    }
}

fn outcome(result: Result<()>) -> Result<(), Problem> {
    match result {
        Ok(()) | Err(Error::Cancelled) => Ok(()),
        Err(error) => Err(Problem::run_failed(error.to_string())),
    }
}

/// What made a result: the program and the library under it.
pub fn made_by() -> String {
    format!(
        "Valleyscope {}, LibTorch {}",
        env!("CARGO_PKG_VERSION"),
        LIBTORCH
    )
}

/// The version of LibTorch that this build is for.
pub const LIBTORCH: &str = "2.11.0";

fn run(
    engine: &EngineRunner,
    spec: &RunSpec,
    earlier: Option<&Earlier<'_>>,
    cancel: &Cancel,
    emit: &mut dyn FnMut(Output),
) -> Result<()> {
    let device = device::parse(&spec.device, engine.device)?;
    let (kind, _held) = precision(spec.precision, device, cancel)?;
    let loaded = model::library::open(&engine.data_dir, &spec.model, device, kind)?;
    let set = data::open(&engine.data_dir, &spec.data.address())?;
    let other_classes = fit::check(&loaded, set.info(), spec.data.allow_other_classes)?;
    let mut selection = Selection::of(spec, set.as_ref(), loaded.model.as_ref(), cancel)?;
    selection.notes.extend(other_classes);
    run_on(
        &loaded,
        set.as_ref(),
        &selection,
        spec,
        earlier,
        cancel,
        emit,
    )
}

/// The number format of a network, and what keeps LibTorch from another rounding of it as long as the run goes on.
fn precision(
    precision: Precision,
    device: Device,
    cancel: &Cancel,
) -> Result<(Kind, Option<tf32::Hold>)> {
    let hold = |allow: bool| match device {
        Device::Cuda(_) => tf32::Hold::of(allow, || cancel.is_cancelled()).map(Some),
        _ if !allow => Ok(None),
        _ => Err(Error::Setting {
            field: "precision",
            value: "tf32".to_owned(),
            expected: format!(
                "it is a GPU's, and the run is for {}; f32 or f64 is right",
                device::name(device)
            ),
        }),
    };
    Ok(match precision {
        Precision::F32 => (Kind::Float, hold(false)?),
        Precision::Tf32 => (Kind::Float, hold(true)?),
        Precision::F64 => (Kind::Double, None),
    })
}

/// The rest of a run, on a model and images at hand.
fn run_on(
    loaded: &model::LoadedModel,
    set: &dyn data::Dataset,
    selection: &Selection,
    spec: &RunSpec,
    earlier: Option<&Earlier<'_>>,
    cancel: &Cancel,
    emit: &mut dyn FnMut(Output),
) -> Result<()> {
    let model = loaded.model.as_ref();
    let axis = spec.axis();
    let phases = spec.phases();
    let rows = selection.indices.len();
    let needs = memory::needs(
        spec,
        rows as u64,
        set.info().pixels() as u64,
        set.info().classes.len() as u64,
        memory::activations(&loaded.layers),
    );
    memory::check(&needs, model.device())?;

    let targets = aim::targets(spec, selection, set, model, cancel)?;
    let examples: Vec<Example> = (selection.indices.iter().zip(&selection.labels).zip(targets))
        .map(|((index, label), target)| Example {
            target,
            ..Example::new(*index as u64, *label as u32)
        })
        .collect();
    emit(Output::Examples(examples.clone()));
    let mut started = Started {
        device: device::name(model.device()),
        precision: spec.precision,
        made_by: made_by(),
        origin: Some(origin::of_run(loaded, set, &selection.indices, spec)?),
        axis: axis.clone(),
        seeds: phases.iter().map(|phase| phase.seed).collect(),
        epsilons: phases
            .iter()
            .filter_map(|phase| phase.epsilon.clone())
            .collect(),
        norm: (!spec.attack.epsilons().is_empty()).then(|| spec.attack.norm()),
        bounded: spec.attack.bounded_later(),
        smallest: spec.attack.minimum_norm().then(|| spec.attack.norm()),
        profile: Some(spec.attack.profile()),
        examples: rows,
        total: (rows * spec.walked() * phases.len()) as u64,
        memory: needs.memory,
        kept_bytes: needs.kept,
        notes: selection.notes.clone(),
    };
    let tables = started.tables(&examples);
    let size = spec.batch_size.max(1) as usize;
    let batches: Vec<Range<usize>> = (0..rows)
        .step_by(size)
        .map(|from| from..(from + size).min(rows))
        .collect();
    let taken = earlier.map(|earlier| {
        let taken = Taken::of(earlier, &started, &tables, &batches);
        started.notes.push(taken.note());
        taken
    });
    let main = started.main_pass();
    emit(Output::Event(Event::Started(started)));

    let last = LastLayer::of(&model.head())?;
    let classes = model.head().bias.numel();
    let mut progress = Progress::new();
    let guidance = Guidance::of(&spec.attack, spec.precision)?;
    let mut checker = Checker::new(guidance);
    let (x, _) = data::batch(
        set,
        &selection.indices[..rows.min(8)],
        model.device(),
        model.kind(),
    )?;
    checker.probe(model, &x)?;
    for (place, (phase, readings)) in phases.iter().zip(tables).enumerate() {
        let mut pass = Pass {
            model,
            last: &last,
            set,
            selection,
            spec,
            attack: match &phase.epsilon {
                Some(epsilon) => spec.attack.at(epsilon),
                None => spec.attack.clone(),
            },
            place,
            seed: phase.seed,
            readings,
        };
        for batch in batches.clone() {
            match taken.as_ref().and_then(|taken| taken.has(place, &batch)) {
                Some(earlier) => {
                    pass.take_over(batch, earlier, cancel, &mut checker, &mut progress, emit)?;
                }
                None => pass.batch(batch, cancel, &mut checker, &mut progress, emit)?,
            }
            for warning in checker.take(rows * phases.len()) {
                emit(Output::Event(Event::Warning(warning)));
            }
        }
        progress.flush(&pass.readings, place, emit);
        let summary = PassSummary::of(
            &pass.readings,
            phase.seed,
            Measure::KappaTr,
            Population::Right,
        );
        let told = match place == main {
            true => doubts(&summary, classes),
            false => Vec::new(),
        };
        emit(Output::Event(Event::Summary(Summary {
            pass: place,
            summary,
            timeline: timeline(&pass.readings),
        })));
        for warning in told {
            emit(Output::Event(Event::Warning(warning)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
