//! The process of a program, from inside: it limits itself, hears what it is to do, and does nothing else.

use super::frame;
use super::word::{Job, Look, Seen, Word};
use crate::queue::caught;
use crate::store::lock;
use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use valleyscope_checkpoint::{Kind, kind};
use valleyscope_engine::model::propose::{judge, of_program, scaling_of};
use valleyscope_engine::model::{Architecture, script};
use valleyscope_engine::run::{EngineRunner, available};
use valleyscope_engine::{data, device};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::{Cancel, Output, Runner};

/// How often it says that it computes.
const BEAT: Duration = Duration::from_secs(1);

/// Where it says what it has to say.
type Mouth = Arc<Mutex<UnixStream>>;

/// What the process does.
///
/// # Errors
/// It cannot limit itself, or was not started by the program.
pub fn serve(data_dir: &Path, file: Option<&Path>) -> Result<()> {
    limit()?;
    let mut ear = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let job = frame::read::<Job>(&mut ear);
    let job =
        job.context("this command is for the program itself, which says what to do over a socket")?;
    let Some(job) = job else { return Ok(()) };
    let mouth: Mouth = Arc::new(Mutex::new(ear.try_clone()?));
    let cancel = Cancel::default();
    let asked = cancel.clone();
    std::thread::spawn(move || listen(ear, &asked));
    let beats = mouth.clone();
    std::thread::spawn(move || beat(&beats));
    script::alone();
    let done = caught(|| match job.word {
        Job::Run { device, spec } => {
            let device = device::parse(&device, device::best()).map_err(failed)?;
            let mut runner = EngineRunner {
                data_dir: data_dir.to_owned(),
                device,
            };
            runner.run(&spec, &cancel, &mut |output| hand(&mouth, output))?;
            Ok(Word::Done)
        }
        Job::Look(wanted) => look(data_dir, file, &wanted, &cancel, &mouth).map(Word::Seen),
    });
    let last = done.flatten().unwrap_or_else(Word::Failed);
    tell(&mouth, &last, &[], &[]);
    Ok(())
}

/// No more memory than is free, no files, no dump of a crash; and nothing without the process that started this one.
fn limit() -> Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let memory = available().map(|free| (Resource::Data, free));
    let limits = [(Resource::Fsize, 0), (Resource::Core, 0)];
    for (resource, most) in limits.into_iter().chain(memory) {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit).context("cannot limit the process")?;
    }
    Ok(())
}

/// Waits until it is asked to stop; where the other process is gone, this one goes too, whatever it computes.
fn listen(mut ear: UnixStream, cancel: &Cancel) {
    let mut byte = [0];
    while let Ok(1) = ear.read(&mut byte) {
        cancel.cancel();
    }
    std::process::abort();
}

/// Says from time to time that the program comes further, as long as it does.
fn beat(mouth: &Mouth) {
    let mut before = 0;
    loop {
        std::thread::sleep(BEAT);
        let now = script::passes();
        if now != before {
            tell(mouth, &Word::Beat, &[], &[]);
        }
        before = now;
    }
}

fn hand(mouth: &Mouth, output: Output) {
    let (word, doubles, singles) = Word::of(output);
    tell(mouth, &word, &doubles, &singles);
}

/// Says something; who cannot be heard is not needed.
fn tell(mouth: &Mouth, word: &Word, doubles: &[f64], singles: &[f32]) {
    if frame::write(&mut *lock(mouth), word, doubles, singles).is_err() {
        std::process::abort();
    }
}

fn failed(error: valleyscope_engine::error::Error) -> Problem {
    Problem::run_failed(error.to_string())
}

/// Finds out what a file is, and which normalisation suits it.
fn look(
    data_dir: &Path,
    file: Option<&Path>,
    wanted: &Look,
    cancel: &Cancel,
    mouth: &Mouth,
) -> Result<Seen, Problem> {
    let file = file.ok_or_else(|| Problem::internal("no file is named"))?;
    let found = kind(file).map_err(|error| Problem::run_failed(error.to_string()))?;
    if found != Kind::TorchScript {
        return Err(Problem::run_failed(format!(
            "the file is no TorchScript program but {}; it is added without --run-program, and nothing in it is run",
            found.describe()
        )));
    }
    let set = wanted.data.as_deref();
    let set = set.map(|name| data::open(data_dir, name)).transpose();
    let set = set.map_err(failed)?;
    let found = script::look(file, wanted.input, wanted.head.as_deref()).map_err(failed)?;
    let own = set.as_deref().map(|set| scaling_of(set, 1000)).transpose();
    let told = wanted.normalisation.as_ref();
    let mut proposals = of_program(file, &found, told, own.map_err(failed)?.as_ref());
    if let Some(set) = set.as_deref() {
        let classes = set.info().classes.len();
        if found.classes != classes as i64 {
            return Err(Problem::run_failed(format!(
                "the network tells {} classes apart, and {} has {classes}; give another data set",
                found.classes,
                set.info().id
            )));
        }
        let mut progress = |done, total| {
            tell(mouth, &Word::Compared { done, total }, &[], &[]);
        };
        judge(&mut proposals, set, wanted.images, cancel, &mut progress).map_err(failed)?;
    }
    let Architecture::TorchScript(options) = found.architecture else {
        return Err(Problem::internal("what was run is no program"));
    };
    let candidates = proposals.into_iter();
    Ok(Seen {
        options,
        classes: found.classes,
        candidates: candidates
            .map(|one| (one.normalisation, one.verdict))
            .collect(),
    })
}
