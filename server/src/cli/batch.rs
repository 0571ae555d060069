//! `valleyscope batch`

use super::Place;
use super::recorder::Recorder;
use super::run::compute;
use crate::disk;
use crate::engine::Engine;
use crate::export::write_json_file;
use crate::libtorch::LibTorch;
use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_shared::batch::BatchSpec;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;
use valleyscope_shared::spec::RunSpec;

#[derive(Debug, Args)]
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
    let text = std::fs::read_to_string(&arguments.spec)
        .with_context(|| format!("cannot read the batch from {}", arguments.spec.display()))?;
    let spec = BatchSpec::from_json(&text)?;
    let engine = LibTorch::new(arguments.place.data_dir()?, "auto")?;
    let catalog = engine.catalog()?;
    let errors = spec.check(&catalog);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors).into());
    }
    std::fs::create_dir_all(&arguments.out)
        .with_context(|| format!("cannot make the folder {}", arguments.out.display()))?;
    let runs = spec.runs(&catalog);
    if !arguments.brief {
        disk::check_result(&arguments.out.join("results"), &runs, &catalog)?;
    }
    let names = spec.names();
    let mut lines = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        let path = arguments.out.join(name(place, run));
        let attack = &names[place % names.len()];
        let title = format!("{}: {attack}", run.model);
        if let Some(known) = finished(&path, run) {
            eprintln!("{}/{} {title}: there already", place + 1, runs.len());
            lines.push(line(run, attack, &known));
            continue;
        }
        eprintln!("{}/{} {title}", place + 1, runs.len());
        let recorder = compute(run, &engine, Recorder::default());
        let phase = recorder.state.phase;
        let reason = recorder
            .state
            .ended
            .as_ref()
            .and_then(|ended| ended.reason.clone());
        if phase == Phase::Cancelled {
            eprintln!("stopped; the same command goes on from here");
            return Ok(ExitCode::from(130));
        }
        match recorder.record(run.clone()) {
            Some(record) if phase == Phase::Finished => {
                write_json_file(&record, &path, arguments.brief)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                lines.push(line(run, attack, &read(&path).unwrap_or_default()));
            }
            _ => lines.push(format!(
                "{}\t{attack}\tfailed: {}",
                run.model,
                reason.unwrap_or_default()
            )),
        }
    }
    println!("model\tattack\tclean accuracy\trobust accuracy\t95 % interval\tn");
    for line in lines {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
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
