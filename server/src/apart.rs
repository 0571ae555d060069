//! Models that are programs, computed by a process of their own: the server never loads one, whatever it does.
//!
//! The process is the program itself, started once more. It hears what it is to do over a socket, tells over the same one what it
//! computes, and is worth nothing: it may be killed, crash or stand still, and the run alone fails.

mod bounds;
pub(crate) mod child;
pub(crate) mod frame;
pub(crate) mod process;
pub(crate) mod word;

use bounds::Bounds;
use frame::Frame;
use process::{Next, Process};
use std::path::PathBuf;
use std::time::Duration;
use valleyscope_engine::device;
use valleyscope_engine::model::library;
use valleyscope_engine::run::EngineRunner;
use valleyscope_shared::curvature::{CurvatureOutput, CurvatureSpec, Place, Plan};
use valleyscope_shared::event::Event;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::{Cancel, Earlier, Output, Runner, no_curvature};
use valleyscope_shared::spec::RunSpec;
use word::{Job, Word};

/// The command by which the program runs a model's program for another one of itself.
pub const COMMAND: &str = "compute-program";

/// How long a program may give no sign: longer than a batch on a slow machine takes for one pass.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// Computes runs: those of networks that are data here, those of programs in a process of their own.
#[derive(Clone, Debug)]
pub struct Apart {
    /// Who computes, here and there.
    pub engine: EngineRunner,
    /// What is started; nothing stands for this program itself.
    pub program: Option<PathBuf>,
    /// How long a program may give no sign.
    pub patience: Duration,
}

impl Apart {
    /// With this engine, this program and the usual patience.
    pub fn new(engine: EngineRunner) -> Self {
        Self {
            engine,
            program: None,
            patience: PATIENCE,
        }
    }

    fn compute(
        &self,
        spec: &RunSpec,
        remark: Option<String>,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem> {
        let job = Job::Run {
            device: device::name(self.engine.device),
            spec: spec.clone(),
        };
        let folder = &self.engine.data_dir;
        let mut process =
            Process::start(self.program.as_deref(), folder, None, &job, self.patience)?;
        let mut bounds = Bounds::of(spec);
        loop {
            let frame = match process.next(cancel)? {
                Next::Frame(frame) => frame,
                Next::Stopped => return Ok(()),
            };
            if matches!(frame.word, Word::Done) {
                return Ok(());
            }
            let mut output = output(frame)?;
            if !bounds.hold(&output) {
                return Err(forged());
            }
            if let (Output::Event(Event::Started(started)), Some(remark)) = (&mut output, &remark) {
                started.notes.push(remark.clone());
            }
            emit(output);
        }
    }
}

impl Runner for Apart {
    fn run(
        &mut self,
        spec: &RunSpec,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem> {
        match library::is_program(&self.engine.data_dir, &spec.model) {
            true => self.compute(spec, None, cancel, emit),
            false => self.engine.run(spec, cancel, emit),
        }
    }

    /// What a program had computed is computed again: its process is told nothing but the run.
    fn resume(
        &mut self,
        spec: &RunSpec,
        earlier: &Earlier<'_>,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem> {
        if !library::is_program(&self.engine.data_dir, &spec.model) {
            return self.engine.resume(spec, earlier, cancel, emit);
        }
        let remark = format!(
            "Nothing was taken over from the stopped run {}: the model is a program that runs, and its runs begin anew.",
            earlier.id
        );
        self.compute(spec, Some(remark), cancel, emit)
    }

    /// A program can only be run: nothing is known of its layers, nor of its second derivatives.
    fn curvature(
        &mut self,
        run: &RunSpec,
        ask: &CurvatureSpec,
        plan: &Plan,
        known: &dyn Fn(Place) -> bool,
        cancel: &Cancel,
        emit: &mut dyn FnMut(CurvatureOutput),
    ) -> Result<(), Problem> {
        match library::is_program(&self.engine.data_dir, &run.model) {
            true => Err(no_curvature(&run.model)),
            false => self.engine.curvature(run, ask, plan, known, cancel, emit),
        }
    }
}

/// What a process hands out of a run.
fn output(frame: Frame<Word>) -> Result<Output, Problem> {
    let Frame {
        word,
        doubles,
        singles,
    } = frame;
    match word {
        Word::Failed(problem) => Err(problem),
        word => word.output(doubles, singles).ok_or_else(forged),
    }
}

/// What it says belongs to no run.
fn forged() -> Problem {
    Problem::run_failed(
        "the process that runs the model's program answered with what belongs to no such run, and was stopped",
    )
}
