//! The thread that computes the runs of one device, one after another.

use super::job::{Job, RunJob};
use super::{Queue, Task};
use crate::curvature;
use crate::disk;
use crate::store::lock;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use valleyscope_shared::event::{Ended, Outcome, Started};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;
use valleyscope_shared::runner::Runner;

/// Starts the worker of a device.
pub fn spawn(queue: Arc<Queue>, device: String) -> std::io::Result<()> {
    std::thread::Builder::new()
        .name(format!("worker {device}"))
        .spawn(move || work(&queue, device))
        .map(drop)
}

/// Whether the thread that did a run may do another.
#[derive(PartialEq, Eq)]
enum Thread {
    Sound,
    /// After a panic LibTorch's thread-local state cannot be trusted.
    Spent,
}

fn work(queue: &Arc<Queue>, device: String) {
    let mut runner = queue.engine.runner();
    while let Some(job) = next(queue, &device) {
        let thread = match job {
            Job::Run(job) => compute(queue, job, runner.as_mut()),
            Job::Curvature(task) => compute_curvature(queue, &task, runner.as_mut()),
        };
        if let Some(line) = lock(&queue.lines).devices.get_mut(&device) {
            line.running = None;
        }
        if thread == Thread::Spent {
            tracing::warn!(device, "the worker thread is replaced after a panic");
            // What the panicking runner holds may not be fit to be dropped.
            std::mem::forget(runner);
            if let Err(error) = spawn(queue.clone(), device.clone()) {
                tracing::error!(device, %error, "the worker thread could not be replaced");
                if let Some(line) = lock(&queue.lines).devices.get_mut(&device) {
                    line.has_worker = false;
                }
            }
            return;
        }
    }
}

/// Waits for the next run; nothing when the queue closes.
fn next(queue: &Queue, device: &str) -> Option<Job> {
    let mut lines = lock(&queue.lines);
    loop {
        if lines.closing {
            return None;
        }
        let line = lines.devices.get_mut(device)?;
        if let Some(job) = line.waiting.pop_front() {
            line.running = Some((job.ticket(), job.cancel().clone()));
            drop(lines);
            queue.ring();
            return Some(job);
        }
        lines = queue
            .work
            .wait(lines)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

fn compute(queue: &Queue, job: RunJob, runner: &mut dyn Runner) -> Thread {
    let RunJob {
        live,
        spec,
        resumes,
        cancel,
    } = job;
    let id = live.id.clone();
    tracing::info!(
        run = id,
        model = spec.model,
        attack = spec.attack.summary(),
        "run {id} starts"
    );
    if let Err(error) = queue.log.leaves_line(&live) {
        // A database that cannot be written will say so again, in the run's own log.
        tracing::warn!(run = id, %error, "that run {id} leaves its line could not be noted");
    }
    let mut pen = queue.log.pen(&live);
    let started = Instant::now();
    let result = caught(|| {
        // Other runs may have filled the disk while this one waited.
        if let Ok(catalog) = queue.engine.catalog() {
            disk::check(queue.log.folder(), disk::needed(&spec, &catalog))?;
        }
        let mut write = |output| {
            // A log that cannot be written ends the run; the pen remembers why.
            if pen.write(output).is_err() {
                cancel.cancel();
            }
        };
        match resumes {
            Some(resumed) => {
                let now = queue.engine.current(&spec.model, &spec.data.address());
                let fits = |started: &Started| {
                    let origin = started.origin.as_ref();
                    origin.is_some_and(|origin| origin.changes(&spec, &now).is_empty())
                };
                queue
                    .log
                    .with_earlier(&resumed, fits, |earlier| match earlier {
                        Some(earlier) => runner.resume(&spec, &earlier, &cancel, &mut write),
                        None => runner.run(&spec, &cancel, &mut write),
                    })?
            }
            None => runner.run(&spec, &cancel, &mut write),
        }
    });
    let thread = Thread::after(&result);
    let result = result.flatten();
    let closing = lock(&queue.lines).closing;
    if result.is_ok() && cancel.is_cancelled() && closing && !pen.began() {
        match queue.log.waits_again(&live) {
            Ok(()) => tracing::info!(run = id, "run {id} had not begun and waits again"),
            Err(error) => tracing::warn!(run = id, %error, "run {id} could not be put back"),
        }
        return thread;
    }
    let (outcome, reason) = match result {
        Err(problem) => (Outcome::Failed, Some(problem.detail)),
        Ok(()) if cancel.is_cancelled() && closing => (
            Outcome::Interrupted,
            Some("the server was stopped; what was computed is kept".to_owned()),
        ),
        Ok(()) if cancel.is_cancelled() => (Outcome::Cancelled, None),
        Ok(()) => (Outcome::Finished, None),
    };
    let seconds = started.elapsed().as_secs_f64();
    let ended = pen.end(Ended {
        outcome,
        reason,
        seconds,
    });
    match &ended.reason {
        Some(reason) if ended.outcome == Outcome::Failed => {
            tracing::error!(run = id, seconds, reason, "run {id} failed: {reason}");
        }
        _ => tracing::info!(run = id, seconds, outcome = ?ended.outcome, "run {id} ended"),
    }
    thread
}

fn compute_curvature(queue: &Queue, task: &Task, runner: &mut dyn Runner) -> Thread {
    let (id, job) = (&task.pen.live().id, task.job);
    tracing::info!(run = id, job, "job {job} of run {id} starts");
    let started = Instant::now();
    let engine = queue.engine.as_ref();
    let result = caught(|| curvature::compute(&queue.log, engine, task, runner));
    let thread = Thread::after(&result);
    let result = result.flatten();
    let stopped = task.cancel.is_cancelled();
    let (phase, reason) = match result {
        Err(problem) => (Phase::Failed, Some(problem.detail)),
        Ok(()) if stopped && lock(&queue.lines).closing => (
            Phase::Interrupted,
            Some("the server was stopped; what was computed is kept".to_owned()),
        ),
        Ok(()) if stopped => (Phase::Cancelled, None),
        Ok(()) => (Phase::Finished, None),
    };
    let ended = task.end(phase, reason);
    let seconds = started.elapsed().as_secs_f64();
    match &ended.reason {
        Some(reason) if ended.phase == Phase::Failed => {
            tracing::error!(
                run = id,
                job,
                seconds,
                reason,
                "job {job} of run {id} failed: {reason}"
            );
        }
        _ => tracing::info!(
            run = id,
            job,
            seconds,
            phase = ended.phase.id(),
            "job {job} of run {id} ended"
        ),
    }
    thread
}

/// Has the engine do some work.
///
/// # Errors
/// It panicked, with what it said.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let panic: &(dyn Any + Send) = panic.as_ref();
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        let words = words.unwrap_or("no message");
        Problem::run_failed(format!("the engine panicked: {words}"))
    })
}

impl Thread {
    /// Whether a thread in which this happened can go on.
    fn after<T>(work: &Result<T, Problem>) -> Self {
        match work {
            Ok(_) => Self::Sound,
            Err(_) => Self::Spent,
        }
    }
}
