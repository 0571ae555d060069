//! Computes a job whose turn has come.

use super::bands::Bands;
use super::path::Paths;
use crate::engine::Engine;
use crate::keep::again::Again;
use crate::log::{JobPen, Log};
use crate::queue::Task;
use crate::shelf::Passes;
use crate::store::{JobRow, JobWrite, RunRow};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};
use valleyscope_shared::curvature::{
    CurvatureJob, CurvatureOutput, CurvatureSpec, Mark, Place, Plan, PlannedRow,
};
use valleyscope_shared::event::Started;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::run::Phase;
use valleyscope_shared::runner::{Cancel, Runner};
use valleyscope_shared::spec::RunSpec;

/// The least time between two entries of the log that tell how far a job is.
const PACE: Duration = Duration::from_secs(1);

/// Computes what is asked for and not known yet. Where it is cancelled, what was computed stays.
///
/// # Errors
/// The run's inputs have changed, an image takes another path, the engine cannot compute it, or the log cannot be written.
pub fn compute(
    log: &Log,
    engine: &dyn Engine,
    task: &Task,
    runner: &mut dyn Runner,
) -> Result<(), Problem> {
    let (run, job) = stored(log, task)?;
    let state = task.pen.live().state();
    let started = state.started.as_ref().ok_or_else(nothing)?;
    still_the_same(engine, &run.spec, started)?;
    let passes = Passes::read(log.store(), run.number, &state)?;
    let pass = job.spec.pass.unwrap_or_else(|| started.main_pass());
    let readings = passes.get(pass).ok_or_else(nothing)?;
    let rows = rows(&job.spec, readings);
    let plan = plan(&run.spec, started, pass, readings, rows).ok_or_else(nothing)?;
    let plan = on_device(plan, &task.device);
    let places = Plan::places(&plan.rows, &job.spec);
    if places.is_empty() {
        return Err(nothing());
    }
    let known = log.store().known_places(run.number, job.job)?;
    let mut keeper = Keeper {
        pen: &task.pen,
        cancel: &task.cancel,
        ask: &job.spec,
        pass,
        news: CurvatureJob {
            phase: Phase::Running,
            done: places.iter().filter(|place| known.contains(place)).count() as u64,
            total: places.len() as u64,
            ..CurvatureJob::new(job.job)
        },
        wanted: places
            .into_iter()
            .filter(|place| !known.contains(place))
            .collect(),
        paths: Paths::new(readings, &plan),
        plan: &plan,
        bands: Bands::new(
            &plan.rows,
            job.spec.columns().len(),
            log.store().values(run.number, job.job)?,
        ),
        said: Instant::now(),
        failed: None,
    };
    // Should the engine take the process with it, the job does not wait again.
    task.pen.settle(keeper.news.clone())?;
    task.pen.write(JobWrite::places(job.job, &plan.rows)?)?;
    if keeper.wanted.is_empty() {
        return Ok(());
    }
    let is_known = |place: Place| known.contains(&place);
    let emit = &mut |output| keeper.take(output);
    let result = catch_unwind(AssertUnwindSafe(|| {
        runner.curvature(&run.spec, &job.spec, &plan, &is_known, &task.cancel, emit)
    }));
    match result {
        Ok(result) => keeper.finish(result),
        Err(panic) => {
            // What was computed before it stays, and is told; the worker tells the rest.
            let _ = keeper.say_all();
            resume_unwind(panic)
        }
    }
}

/// The run and the job as they are stored.
fn stored(log: &Log, task: &Task) -> Result<(RunRow, JobRow), Problem> {
    let gone = || Problem::not_found("the run, or what was asked of it, is gone");
    let run = log.store().run(&task.pen.live().id)?.ok_or_else(gone)?;
    let job = log.store().job(run.number, task.job)?.ok_or_else(gone)?;
    Ok((run, job))
}

/// Whether model and data are those of the run.
pub(super) fn still_the_same(
    engine: &dyn Engine,
    spec: &RunSpec,
    started: &Started,
) -> Result<(), Problem> {
    let now = engine.current(&spec.model, &spec.data.address());
    let changes = match &started.origin {
        Some(origin) => origin.changes(spec, &now),
        None => vec!["what it was computed from is not recorded".to_owned()],
    };
    match changes.is_empty() {
        true => Ok(()),
        false => Err(Problem::new(
            "inputs-changed",
            409,
            "The run's inputs have changed",
            format!(
                "measures would not be of what the run computed: {}",
                changes.join("; ")
            ),
        )),
    }
}

/// The first examples of the run, those of which every point is known.
fn rows(ask: &CurvatureSpec, readings: &Readings) -> Vec<PlannedRow> {
    let count = readings.examples().len().min(ask.examples as usize);
    let whole = (0..count).filter(|row| readings.reached(*row) > 0 && readings.ended(*row));
    whole
        .filter_map(|row| PlannedRow::of(ask, readings, row))
        .collect()
}

fn plan(
    spec: &RunSpec,
    started: &Started,
    pass: usize,
    readings: &Readings,
    rows: Vec<PlannedRow>,
) -> Option<Plan> {
    let count = rows.last()?.row + 1;
    let again = Again::first(spec, started, pass, count, readings.examples())?;
    Some(Plan {
        again: again.spec,
        pass: again.pass,
        seed: started.seeds.get(pass).copied()?,
        rows,
    })
}

fn on_device(plan: Plan, device: &str) -> Plan {
    let again = RunSpec {
        device: device.to_owned(),
        ..plan.again
    };
    Plan { again, ..plan }
}

fn nothing() -> Problem {
    Problem::new(
        "nothing-to-compute",
        409,
        "There is nothing to compute",
        "none of the examples that are asked for was computed to its end in the run",
    )
}

/// Writes down what a runner hands out, as long as it is of the run's own path.
struct Keeper<'a> {
    pen: &'a JobPen,
    cancel: &'a Cancel,
    ask: &'a CurvatureSpec,
    plan: &'a Plan,
    pass: usize,
    news: CurvatureJob,
    /// What is still to come.
    wanted: HashSet<Place>,
    paths: Paths<'a>,
    bands: Bands<'a>,
    /// When the log was last told.
    said: Instant,
    failed: Option<Problem>,
}

impl Keeper<'_> {
    fn take(&mut self, output: CurvatureOutput) {
        if self.failed.is_some() {
            return;
        }
        if let Err(problem) = self.keep(output) {
            self.failed = Some(problem);
            self.cancel.cancel();
        }
    }

    fn keep(&mut self, output: CurvatureOutput) -> Result<(), Problem> {
        let job = self.news.job;
        match output {
            CurvatureOutput::Read(block) => return self.paths.take(&block),
            CurvatureOutput::Values(block) => {
                let (row, point) = (block.row, block.point);
                self.awaited(Place::Example { row, point })?;
                self.paths.seen(row, point)?;
                let (given, columns) = (block.values.len(), self.ask.columns().len());
                if given != columns {
                    return Err(Problem::internal(format!(
                        "example {row} has {given} values, where {columns} were asked for"
                    )));
                }
                self.pen.write(JobWrite::values(job, &block)?)?;
                self.bands.put(block);
            }
            CurvatureOutput::Density(density) => {
                let (mark, layer) = (density.mark, density.layer);
                self.awaited(Place::Density { mark, layer })?;
                for (row, point) in self.plan.at(mark) {
                    self.paths.seen(row, point)?;
                }
                self.pen.write(JobWrite::density(job, &density)?)?;
            }
        }
        self.news.done += 1;
        match self.said.elapsed() >= PACE {
            true => self.say(),
            false => Ok(()),
        }
    }

    /// Whether something is still to come; afterwards it is no more.
    fn awaited(&mut self, place: Place) -> Result<(), Problem> {
        match self.wanted.remove(&place) {
            true => Ok(()),
            false => {
                let what = match place {
                    Place::Example { row, point } => format!("example {row} at point {point}"),
                    Place::Density { mark, layer } => density(mark, layer),
                };
                Err(Problem::internal(format!("{what} was not asked for")))
            }
        }
    }

    fn say(&mut self) -> Result<(), Problem> {
        self.said = Instant::now();
        let news = self.latest();
        self.pen.say(news)
    }

    /// Says what was not said yet, and waits until it is committed: the last entry goes on from there.
    fn say_all(&mut self) -> Result<(), Problem> {
        let news = self.latest();
        self.pen.settle(news)
    }

    fn latest(&mut self) -> CurvatureJob {
        CurvatureJob {
            points: self.bands.news(self.pass, self.news.done),
            ..self.news.clone()
        }
    }

    /// Says what was not said yet; how it ended.
    fn finish(mut self, result: Result<(), Problem>) -> Result<(), Problem> {
        if let Some(problem) = self.failed.take() {
            // What was computed before it stays.
            let _ = self.say_all();
            return Err(problem);
        }
        self.say_all()?;
        result?;
        match (self.cancel.is_cancelled(), self.wanted.len()) {
            (true, _) | (false, 0) => Ok(()),
            (false, missing) => Err(Problem::internal(format!(
                "{missing} of {} places were not computed",
                self.news.total
            ))),
        }
    }
}

fn density(mark: Mark, layer: usize) -> String {
    format!("the density of layer {layer} at {}", mark.id())
}
