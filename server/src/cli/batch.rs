//! `valleyscope batch`

mod folder;
mod table;

use super::Place;
use super::recorder::Recorder;
use super::run::compute;
use crate::engine::Engine;
use crate::export::write_json_file;
use crate::libtorch::LibTorch;
use anyhow::{Context, Result};
use clap::Args;
use folder::{Known, Wanted};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_engine::origin::of_spec;
use valleyscope_shared::batch::BatchSpec;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The batch's JSON: models, attacks and the rest as in a run
    #[arg(value_name = "BATCH.json")]
    spec: PathBuf,
    /// The folder for the results, one file a run; runs whose result is there, of the same weights and images, are not done again
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
    let names = spec.names();
    let files: Vec<String> = runs
        .iter()
        .map(|run| Ok(folder::name(run, &of_spec(run)?)))
        .collect::<Result<_>>()?;
    let mut lines = Vec::new();
    for (place, (run, file)) in runs.iter().zip(&files).enumerate() {
        let path = arguments.out.join(file);
        let attack = &names[place % names.len()];
        let title = format!("{}/{} {}: {attack}", place + 1, runs.len(), run.model);
        let wanted = Wanted {
            run,
            device: match run.device.as_str() {
                "auto" => &catalog.auto_device,
                device => device,
            },
            readings: !arguments.brief,
        };
        match wanted.look(&path, &engine)? {
            Known::Result(known) => {
                eprintln!("{title}: there already");
                lines.extend(table::rows(run, attack, &known));
                continue;
            }
            Known::Outdated(why) => eprintln!("{title}: computed again, {why}"),
            Known::Nothing => eprintln!("{title}"),
        }
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
                let result = read(&path).unwrap_or_default();
                lines.extend(table::rows(run, attack, &result));
            }
            _ => lines.push(format!(
                "{}\t{attack}\tfailed: {}",
                run.model,
                reason.unwrap_or_default()
            )),
        }
    }
    println!("{}", table::HEAD);
    for line in lines {
        println!("{line}");
    }
    let stale = folder::stale(&arguments.out, &files.into_iter().collect());
    if !stale.is_empty() {
        eprintln!(
            "not of this batch, though in {}: {}",
            arguments.out.display(),
            stale.join(", ")
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
