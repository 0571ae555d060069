//! `valleyscope batch`

use super::Place;
use super::compute::compute;
use super::document::Document;
use super::exit::{EXIT_CODES, End};
use super::output::{Folder, Output};
use super::progress::Progress;
use super::recorder::Recorder;
use super::say::{print, say};
use super::stop::{AFTER_THIS_STEP, at_signal};
use crate::engine::Engine;
use crate::export::write_json;
use crate::libtorch::LibTorch;
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_shared::batch::BatchSpec;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;
use valleyscope_shared::spec::RunSpec;

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Arguments {
    /// The batch's JSON: models, attacks and the rest as in a run
    #[arg(value_name = "BATCH.json")]
    spec: PathBuf,
    /// The folder for the results, one file a run; runs whose result is there are not done again
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Leave the readings of single examples out of the results
    #[arg(long)]
    brief: bool,
    #[command(flatten)]
    place: Place,
}

pub fn batch(arguments: &Arguments) -> Result<ExitCode> {
    let document = Document::read(&arguments.spec, "the batch")?;
    let spec =
        BatchSpec::from_json(document.text()).map_err(|problem| document.explain(&problem))?;
    let engine = LibTorch::new(arguments.place.data_dir()?, "auto")?;
    let catalog = engine.catalog()?;
    let errors = spec.check(&catalog);
    if !errors.is_empty() {
        return Err(document.explain(&Problem::invalid(errors)));
    }
    let runs = spec.runs(&catalog);
    let folder = Folder::check("--out", &arguments.out)?;
    let files = runs.iter().enumerate();
    let files = files.map(|(place, run)| folder.file("--out", &name(place, run)));
    let files: Vec<Output> = files.collect::<Result<_>>()?;
    let cancel = at_signal(AFTER_THIS_STEP);
    let names = spec.names();
    let mut lines = Vec::new();
    let mut end = End::Done;
    for ((place, run), file) in runs.iter().enumerate().zip(&files) {
        let path = arguments.out.join(name(place, run));
        let attack = &names[place % names.len()];
        let title = format!("{}: {attack}", run.model);
        if let Some(known) = finished(&path, run) {
            say(format_args!(
                "{}/{} {title}: there already",
                place + 1,
                runs.len()
            ));
            lines.push(line(run, attack, &known));
            continue;
        }
        if cancel.is_cancelled() {
            end = End::Stopped;
            break;
        }
        say(format_args!("{}/{} {title}", place + 1, runs.len()));
        let mut progress = Progress::new("example-points");
        let mut recorder = compute(run, &engine, Recorder::default(), &cancel, &mut progress);
        let phase = recorder.state.phase;
        // A run that did not finish is kept as far as it came; it is done again the next time.
        if let Some(record) = recorder.record(run.clone()) {
            file.save(&|to| write_json(&record, to, arguments.brief))?;
        }
        match phase {
            Phase::Finished => lines.push(line(run, attack, &read(&path).unwrap_or_default())),
            Phase::Failed => {
                end = End::Failed;
                let reason = recorder.reason();
                lines.push(format!("{}\t{attack}\tfailed: {reason}", run.model));
            }
            _ => {
                end = End::Stopped;
                break;
            }
        }
    }
    print("model\tattack\tclean accuracy\trobust accuracy\t95 % interval\tn")?;
    for line in lines {
        print(line)?;
    }
    if end == End::Stopped {
        say("stopped; the same command goes on from here");
    }
    Ok(end.into())
}

/// `03-shapes-standard-pgd.json`
fn name(place: usize, run: &RunSpec) -> String {
    let plain = |text: &str| {
        text.replace(
            |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_',
            "-",
        )
    };
    format!(
        "{:02}-{}-{}.json",
        place + 1,
        plain(&run.model),
        plain(run.attack.id())
    )
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// The result of this very run, if it is there and complete.
fn finished(path: &Path, run: &RunSpec) -> Option<Value> {
    let known = read(path)?;
    let spec: RunSpec = serde_json::from_value(known["spec"].clone()).ok()?;
    (spec == *run && known["phase"] == "finished").then_some(known)
}

fn line(run: &RunSpec, attack: &str, result: &Value) -> String {
    let percent = |rate: &Value, part: &str| {
        let share = rate[part].as_f64().unwrap_or(f64::NAN);
        format!("{:.1} %", 100.0 * share)
    };
    let (clean, robust) = (
        &result["summary"]["clean_accuracy"],
        &result["summary"]["robust_accuracy"],
    );
    format!(
        "{}\t{attack}\t{}\t{}\t{} to {}\t{}",
        run.model,
        percent(clean, "share"),
        percent(robust, "share"),
        percent(robust, "low"),
        percent(robust, "high"),
        robust["n"]
    )
}
