//! Asking for measures on demand: check them, note them in the run's log, put them in the line.

use super::compute::still_the_same;
use crate::engine::Engine;
use crate::log::Log;
use crate::queue::Queue;
use crate::store::{JobRow, RunRow, Store, StoreError};
use std::sync::Arc;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::curvature::{
    CurvatureJob, CurvatureMeasure, CurvatureNeeds, CurvatureSpec, Mark, Plan,
};
use valleyscope_shared::event::Started;
use valleyscope_shared::problem::{FieldError, Problem};
use valleyscope_shared::run::{Phase, RunState};

/// What asking needs.
pub struct Desk<'a> {
    /// What is on disk.
    pub store: &'a Store,
    /// The logs of all runs.
    pub log: &'a Log,
    /// What waits and computes.
    pub queue: &'a Arc<Queue>,
    /// Who computes.
    pub engine: &'a dyn Engine,
}

/// What would be done, and what it would take.
pub struct Sized {
    /// With layers and pass named one by one.
    pub spec: CurvatureSpec,
    /// At how many places at most.
    pub places: u64,
    /// What it takes at most.
    pub needs: CurvatureNeeds,
}

/// Takes a job on and returns its number. One at a time.
///
/// # Errors
/// Status 409 for a run that has not begun, has no trace, or whose inputs have changed, 422 naming every wrong field,
/// 429 when the line is full, 507 when the disk is.
pub fn ask(
    desk: &Desk<'_>,
    catalog: &Catalog,
    run: &RunRow,
    wanted: &CurvatureSpec,
) -> Result<u32, Problem> {
    let state = state(desk, run)?;
    let sized = estimate(desk, run, &state, wanted)?;
    fits(&sized)?;
    desk.queue.has_room()?;
    let pen = desk.log.hold(run)?;
    let known = pen.live().look(|state| state.curvature.len());
    let job = u32::try_from(known).unwrap_or(u32::MAX).saturating_add(1);
    let spec = serde_json::to_value(&sized.spec);
    let spec = spec.map_err(|error| Problem::internal(error.to_string()))?;
    pen.settle(CurvatureJob {
        spec,
        ..CurvatureJob::new(job)
    })?;
    let device = device(&state, Some(catalog));
    tracing::info!(
        run = run.id,
        job,
        device,
        "job {job} of run {} is queued",
        run.id
    );
    desk.queue.push_curvature(pen, job, &device)?;
    Ok(job)
}

/// Goes on with a job that was stopped: it waits again, and what it computed is not computed again.
///
/// # Errors
/// Status 409 where it was not stopped or the run's inputs have changed, 429 when the line is full.
pub fn go_on(
    desk: &Desk<'_>,
    catalog: &Catalog,
    run: &RunRow,
    job: &JobRow,
) -> Result<(), Problem> {
    if !job.phase.stopped() {
        let detail = match job.phase {
            Phase::Finished => "it is complete; ask for another one to compute it again",
            _ => "it has not ended; it needs no resuming",
        };
        return Err(Problem::new(
            "not-stopped",
            409,
            "It was not stopped",
            detail,
        ));
    }
    let state = state(desk, run)?;
    still_the_same(desk.engine, &run.spec, started(&state)?)?;
    desk.queue.has_room()?;
    let pen = desk.log.hold(run)?;
    pen.settle(CurvatureJob {
        phase: Phase::Queued,
        reason: None,
        ..pen.known(job.job)
    })?;
    desk.queue
        .push_curvature(pen, job.job, &device(&state, Some(catalog)))
}

/// Puts the jobs that waited when the last server stopped into their lines again.
///
/// # Errors
/// The store cannot be read.
pub fn queue_again(desk: &Desk<'_>, catalog: Option<&Catalog>) -> Result<(), StoreError> {
    for (run, job, phase) in desk.store.open_jobs()? {
        let Some(row) = desk.store.run_of_number(run)? else {
            continue;
        };
        if phase != Phase::Queued || row.problem.is_some() {
            continue;
        }
        let waits = || -> Result<(), Problem> {
            let device = device(&state(desk, &row)?, catalog);
            let pen = desk.log.hold(&row)?;
            desk.queue.push_curvature(pen, job, &device)
        };
        let id = &row.id;
        match waits() {
            Ok(()) => tracing::info!(run = id, job, "job {job} of run {id} waits again"),
            Err(problem) => {
                tracing::error!(
                    run = id,
                    job,
                    "job {job} of run {id} could not be put into its line: {problem}"
                );
            }
        }
    }
    Ok(())
}

/// What a job would do, and what it would take.
///
/// # Errors
/// As [`ask`], but for too little memory and a full line.
pub fn estimate(
    desk: &Desk<'_>,
    run: &RunRow,
    state: &RunState,
    wanted: &CurvatureSpec,
) -> Result<Sized, Problem> {
    let started = started(state)?;
    if !run.spec.trace.is_on() {
        return Err(Problem::new(
            "no-trace",
            409,
            "The run has no trace",
            "the run has the verdict alone, so there are no points to compute measures at; repeat it with its trace",
        ));
    }
    still_the_same(desk.engine, &run.spec, started)?;
    let layers = desk.engine.curvature_layers(&run.spec.model)?;
    let errors = wanted.check(&layers, started);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let spec = wanted.resolved(&layers, started);
    let places = most_places(&spec, started);
    let needs = desk.engine.curvature_needs(&run.spec, &spec, places)?;
    Ok(Sized {
        spec,
        places,
        needs,
    })
}

/// At how many places something is computed at most.
fn most_places(spec: &CurvatureSpec, started: &Started) -> u64 {
    let stops = match spec.columns().is_empty() {
        true => 0,
        false => Plan::stops(spec, &started.axis).len() as u64,
    };
    let densities = match spec.measures.contains(&CurvatureMeasure::Density) {
        true => (Mark::ALL.len() * spec.layers.list().len()) as u64,
        false => 0,
    };
    u64::from(spec.examples) * stops + densities
}

/// Refuses what would take more memory than it may.
fn fits(sized: &Sized) -> Result<(), Problem> {
    let (needed, given) = (sized.needs.memory, sized.spec.memory);
    if needed <= given {
        return Ok(());
    }
    let gigabytes = |bytes: u64| bytes as f64 / 1e9;
    Err(Problem::invalid(vec![FieldError {
        path: "memory".to_owned(),
        message: format!(
            "{given} bytes ({:.2} GB) are too little: it would take {needed} ({:.2} GB); give that much, fewer layers, or other measures",
            gigabytes(given),
            gigabytes(needed)
        ),
    }]))
}

fn state(desk: &Desk<'_>, run: &RunRow) -> Result<RunState, StoreError> {
    match desk.log.live(&run.id) {
        Some(live) => Ok(live.state()),
        None => desk.store.state(run.number),
    }
}

fn started(state: &RunState) -> Result<&Started, Problem> {
    state.started.as_ref().ok_or_else(|| {
        Problem::new(
            "not-started",
            409,
            "Nothing is computed yet",
            "the run has not started, so there are no points to compute measures at",
        )
    })
}

/// The run's device, so that its own run comes first in the line; where this machine lacks it, the usual one.
fn device(state: &RunState, catalog: Option<&Catalog>) -> String {
    let own = state.started.as_ref().map(|started| &started.device);
    let there = own.filter(|own| catalog.is_none_or(|catalog| catalog.devices.contains(own)));
    let usual = || catalog.map(|catalog| &catalog.auto_device);
    there
        .or_else(usual)
        .cloned()
        .unwrap_or_else(|| "auto".to_owned())
}
