//! Does a run on this machine, without a server.

use super::progress::Progress;
use super::recorder::Recorder;
use crate::engine::Engine;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use valleyscope_shared::event::{Ended, Event, Outcome};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::{Cancel, Output};
use valleyscope_shared::spec::RunSpec;

/// Does the run, showing how far it is, until it ends or `cancel` is set.
pub fn compute(
    spec: &RunSpec,
    engine: &dyn Engine,
    mut recorder: Recorder,
    cancel: &Cancel,
    progress: &mut Progress,
) -> Recorder {
    let started = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| {
        engine.runner().run(spec, cancel, &mut |output| {
            if let Output::Event(Event::Warning(warning)) = &output {
                tracing::warn!(id = warning.id, "{}", warning.message);
            }
            recorder.take(output);
            progress.set(recorder.state.done, recorder.state.total(), "");
        })
    }));
    progress.end();
    let result = result.unwrap_or_else(|_| {
        Err(Problem::run_failed(
            "the engine panicked; the message above says where",
        ))
    });
    let (outcome, reason) = match result {
        Err(problem) => (Outcome::Failed, Some(problem.detail)),
        Ok(()) if cancel.is_cancelled() => (Outcome::Cancelled, None),
        Ok(()) => (Outcome::Finished, None),
    };
    recorder.end(Ended {
        outcome,
        reason,
        seconds: started.elapsed().as_secs_f64(),
    });
    recorder
}
