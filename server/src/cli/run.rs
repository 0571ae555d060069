//! `valleyscope run`

use super::progress::Progress;
use super::recorder::Recorder;
use super::stop::at_interrupt;
use super::{Place, figures};
use crate::disk;
use crate::engine::Engine;
use crate::export::{Record, write_json_file};
use crate::libtorch::LibTorch;
use crate::order::check;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use valleyscope_shared::event::{Ended, Event, Outcome};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;
use valleyscope_shared::runner::{Cancel, Output};
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::valley::{PassSummary, Population};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The run's JSON; `-` reads it from standard input
    #[arg(value_name = "SPEC.json")]
    spec: PathBuf,
    /// Where the result goes
    #[arg(long, value_name = "RESULT.json")]
    out: PathBuf,
    /// Leave the readings of single examples out of the result: settings, statistics and accuracy by step only
    #[arg(long)]
    brief: bool,
    /// A folder for the run's figures, as SVG
    #[arg(long, value_name = "FOLDER")]
    figures: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let spec = RunSpec::from_json(&read_spec(&arguments.spec)?)?;
    let engine = LibTorch::new(arguments.place.data_dir()?, "auto")?;
    let catalog = engine.catalog()?;
    check(&spec, &catalog)?;
    check_out(&arguments.out)?;
    if !arguments.brief {
        disk::check_result(&arguments.out, [&spec], &catalog)?;
    }
    let recorder = compute(&spec, &engine, Recorder::default());
    let reason = recorder
        .state
        .ended
        .as_ref()
        .and_then(|ended| ended.reason.clone());
    let phase = recorder.state.phase;
    if let Some(folder) = &arguments.figures {
        let classes = catalog
            .model(&spec.model)
            .map(|model| model.classes.as_slice());
        figures::write(&recorder, &spec, classes.unwrap_or_default(), folder)?;
    }
    let Some(record) = recorder.record(spec) else {
        bail!(
            "{}",
            reason.unwrap_or_else(|| "the run was stopped before it began".to_owned())
        );
    };
    write_json_file(&record, &arguments.out, arguments.brief)
        .with_context(|| format!("cannot write {}", arguments.out.display()))?;
    println!(
        "{}\nwritten to {}",
        summary(&record),
        arguments.out.display()
    );
    match phase {
        Phase::Finished => Ok(ExitCode::SUCCESS),
        Phase::Failed => bail!("the run failed: {}", reason.unwrap_or_default()),
        // As the shell expects of a program that was interrupted.
        _ => Ok(ExitCode::from(130)),
    }
}

/// Does the run, showing how far it is; Ctrl-C cancels it.
pub fn compute(spec: &RunSpec, engine: &dyn Engine, mut recorder: Recorder) -> Recorder {
    let cancel = Cancel::default();
    at_interrupt(&cancel);
    let mut progress = Progress::new("example-points");
    let started = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| {
        engine.runner().run(spec, &cancel, &mut |output| {
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

fn read_spec(path: &Path) -> Result<String> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("cannot read the run from standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the run from {}", path.display()))
}

/// Finds out before the run, not after it, that its result has nowhere to go.
fn check_out(out: &Path) -> Result<()> {
    if out.is_dir() {
        bail!("--out {} is a folder; name a file", out.display());
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        bail!(
            "--out {}: there is no folder {}",
            out.display(),
            folder.display()
        );
    }
    Ok(())
}

/// The key results in a few lines.
fn summary(record: &Record) -> String {
    let mut text = String::new();
    for (pass, (readings, seed)) in record.passes.iter().zip(&record.started.seeds).enumerate() {
        let summary = PassSummary::of(
            readings,
            *seed,
            valleyscope_shared::measure::Measure::KappaTr,
            Population::Right,
        );
        let share = |rate: valleyscope_shared::statistic::Rate| {
            format!(
                "{:.1} % ({} of {})",
                100.0 * rate.share.0,
                rate.hits,
                rate.n
            )
        };
        if record.passes.len() > 1 {
            match record.started.epsilons.get(pass) {
                Some(epsilon) => text += &format!("epsilon {epsilon}, seed {seed}:\n"),
                None => text += &format!("seed {seed}:\n"),
            }
        }
        text += &format!(
            "clean accuracy {}\nrobust accuracy {}\nmedian first flip {}\npeak at the flip or one step before {}, {:.1} % by chance\nin the valley at the end {}\n",
            share(summary.clean_accuracy),
            share(summary.robust_accuracy),
            summary.first_flip.median.0,
            share(summary.peak_at_flip),
            100.0 * summary.chance,
            share(summary.in_valley),
        );
    }
    text.trim_end().to_owned()
}
