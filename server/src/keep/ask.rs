//! Asking for the pictures and probabilities of an example: what is there is told, what is not is begun, what cannot be is refused.

use super::Which;
use super::again::Again;
use super::compute::{Wanted, compute};
use super::task::{Standing, Task};
use crate::api::{awaited, look_at};
use crate::disk;
use crate::failure::{Answer, Failure};
use crate::kept::has_row;
use crate::order;
use crate::queue::caught;
use crate::state::State;
use crate::store::{RunRow, lock};
use std::sync::Arc;
use tokio::sync::watch;
use valleyscope_shared::problem::Problem;

/// What there is of an example.
pub enum Asked {
    /// Everything: so many points of it.
    Kept(usize),
    /// It is being computed.
    UnderWay(watch::Receiver<Standing>),
}

/// Sees to it that the pictures and probabilities of an example are kept; of the run's main pass where none is named.
///
/// # Errors
/// Status 404 for what is not there, 409 for a run that has not ended or whose inputs have changed, 422 for a pass that it does not have,
/// 503 when too much is asked at a time, 507 without room on the disk.
pub fn ask(state: &State, id: &str, row: usize, pass: Option<usize>) -> Answer<Asked> {
    let run = state.sound_run(id)?;
    let known = state.run_state(&run)?;
    let stopped_before = awaited(&known, row);
    let wanted = look_at(state, &run, &known, pass, |pass| {
        let Some(example) = pass.readings.examples().get(row) else {
            return Err(Failure(Problem::not_found(format!(
                "the run has no example {row}"
            ))));
        };
        let (ended, started) = (run.phase.ended(), known.started.as_ref());
        let Some(started) = started.filter(|_| ended) else {
            return Err(not_ended());
        };
        if pass.readings.reached(row) == 0 || !pass.readings.ended(row) {
            return Err(stopped_before.unwrap_or_else(|| {
                Failure(Problem::not_found(format!(
                    "example {row} was not computed"
                )))
            }));
        }
        Ok(Wanted {
            which: Which {
                run: run.number,
                pass: pass.pass,
                row,
            },
            id: run.id.clone(),
            alone: Again::alone(&run.spec, started, pass.pass, example),
            in_batch: Again::in_batch(&run.spec, started, pass.pass, row, pass.readings.examples()),
            readings: pass.readings.narrowed(&[row]),
            path: state.store.kept_path(&run.id),
        })
    })?;
    let points = wanted.readings.reached(0);
    if has_row(&wanted.path, wanted.which.pass, row)? {
        return Ok(Asked::Kept(points));
    }
    begin(state, &run, wanted, points)
}

fn not_ended() -> Failure {
    Failure(Problem::new(
        "not-ended",
        409,
        "The run has not ended",
        "the run has not ended; pictures that it does not keep can be computed once it has",
    ))
}

/// Joins those who wait for the same example, or begins to compute it.
fn begin(state: &State, run: &RunRow, mut wanted: Wanted, points: usize) -> Answer<Asked> {
    let (task, is_new) = state.keeper.task(&wanted.which, points)?;
    let standing = task.standing();
    if !is_new {
        return Ok(Asked::UnderWay(standing));
    }
    let (which, joined) = (wanted.which.clone(), task.clone());
    let begun = can_be_computed(state, run, &mut wanted).and_then(|()| {
        let state = state.clone();
        let thread = std::thread::Builder::new().name("keep".to_owned());
        let thread = thread.spawn(move || work(&state, &wanted, &task));
        let failed = |error| Problem::internal(format!("cannot start a thread: {error}"));
        thread.map(drop).map_err(|error| failed(error).into())
    });
    match begun {
        Ok(()) => Ok(Asked::UnderWay(standing)),
        Err(failure) => {
            state.keeper.done(&which, &joined);
            Err(failure)
        }
    }
}

/// Whether model and data set are those of the run, and the disk has room. A device that this machine lacks is replaced.
fn can_be_computed(state: &State, run: &RunRow, wanted: &mut Wanted) -> Answer<()> {
    let refused = |why: String| {
        let detail =
            format!("the pictures of this image were not kept and cannot be computed: {why}");
        Failure(Problem::new(
            "inputs-changed",
            409,
            "The image cannot be computed again",
            detail,
        ))
    };
    let changed = state.changed(run);
    if !changed.is_empty() {
        return Err(refused(changed.join("; ")));
    }
    let catalog = state.catalog()?;
    if !catalog.devices.contains(&run.spec.device) {
        for again in wanted.again_mut() {
            again.spec.device = "auto".to_owned();
        }
    }
    let alone = &wanted.alone.spec;
    order::check(alone, &catalog).map_err(|problem| {
        let errors = problem.errors.iter().map(|error| error.message.clone());
        refused(errors.collect::<Vec<_>>().join("; "))
    })?;
    disk::check(state.store.folder(), disk::needed(alone, &catalog))?;
    Ok(())
}

/// Computes an example when its turn comes, and tells everyone how that ended.
fn work(state: &State, wanted: &Wanted, task: &Arc<Task>) {
    let Wanted { which, id, .. } = wanted;
    let turn = lock(&state.keeper.turn);
    let result = caught(|| compute(state, wanted, task)).flatten();
    drop(turn);
    let (pass, row) = (which.pass, which.row);
    match &result {
        Ok(()) => {
            tracing::info!(run = id, pass, row, "example {row} of run {id} is kept now");
            state.keeper.done(which, task);
        }
        Err(problem) => {
            if task.cancel.is_cancelled() {
                state.keeper.done(which, task);
            }
            tracing::warn!(run = id, pass, row, %problem, "example {row} of run {id} is not kept: {problem}");
        }
    }
    task.end(result);
}
