//! `valleyscope batch`

mod results;
mod table;

use super::Place;
use super::compute::compute;
use super::document::Document;
use super::exit::{EXIT_CODES, End};
use super::output::{Folder, Output};
use super::pictures::Pictures;
use super::progress::Progress;
use super::recorder::Recorder;
use super::say::{print, say};
use super::stop::{AFTER_THIS_STEP, at_signal};
use crate::disk;
use crate::engine::Engine;
use crate::export::write_json;
use crate::libtorch::LibTorch;
use anyhow::Result;
use clap::Args;
use results::{Known, Wanted};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_engine::origin::of_spec;
use valleyscope_shared::batch::BatchSpec;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;
use valleyscope_shared::spec::Trace;

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Arguments {
    /// The batch's JSON: models, attacks and the rest as in a run
    #[arg(value_name = "BATCH.json")]
    spec: PathBuf,
    /// The folder for the results, one file a run; runs whose result is there, of the same weights and images, are not done again
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Attack images whose classes have other names than the models', or another order; labels are compared by their place
    #[arg(long)]
    allow_other_classes: bool,
    #[command(flatten)]
    pictures: Pictures,
    /// `off`: the attack alone, without readings of its steps; accuracies, first flips and endings come out
    #[arg(long, value_name = "on|off", value_parser = Trace::try_from_text)]
    trace: Option<Trace>,
    /// Leave the readings of single examples out of the results
    #[arg(long)]
    brief: bool,
    #[command(flatten)]
    place: Place,
}

pub fn batch(arguments: &Arguments) -> Result<ExitCode> {
    let document = Document::read(&arguments.spec, "the batch")?;
    let document = match arguments.allow_other_classes {
        true => document.allowing_other_classes(),
        false => document,
    };
    let document = arguments.pictures.chosen(document);
    let document = match arguments.trace {
        Some(trace) => document.with_trace(trace),
        None => document,
    };
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
    let named = runs
        .iter()
        .map(|run| Ok(results::name(run, &of_spec(run)?)));
    let named: Vec<String> = named.collect::<Result<_>>()?;
    if !arguments.brief {
        // A file that is there has its room already.
        let to_come = runs.iter().zip(&named);
        let to_come = to_come.filter(|(_, name)| !folder.path().join(name).exists());
        disk::check_results(folder.path(), to_come.map(|(run, _)| run), &catalog)?;
    }
    let files = named.iter().map(|name| folder.file("--out", name));
    let files: Vec<Output> = files.collect::<Result<_>>()?;
    let cancel = at_signal(AFTER_THIS_STEP);
    let names = spec.names();
    let mut lines = Vec::new();
    let mut end = End::Done;
    for (place, (run, file)) in runs.iter().zip(&files).enumerate() {
        let path = arguments.out.join(&named[place]);
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
        let outdated = match wanted.look(&path, &engine)? {
            Known::Result(known) => {
                say(format_args!("{title}: there already"));
                lines.extend(table::rows(run, attack, &known));
                continue;
            }
            Known::Outdated(why) => format!(": computed again, {why}"),
            Known::Nothing => String::new(),
        };
        if cancel.is_cancelled() {
            end = End::Stopped;
            break;
        }
        say(format_args!("{title}{outdated}"));
        let mut progress = Progress::new("example-points");
        let mut recorder = compute(run, &engine, Recorder::default(), &cancel, &mut progress);
        let phase = recorder.state.phase;
        // A run that did not finish is kept as far as it came; it is done again the next time.
        if let Some(record) = recorder.record(run.clone()) {
            file.save(&|to| write_json(&record, to, arguments.brief))?;
        }
        match phase {
            Phase::Finished => {
                let result = read(&path).unwrap_or_default();
                lines.extend(table::rows(run, attack, &result));
            }
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
    print(table::HEAD)?;
    for line in lines {
        print(line)?;
    }
    let stale = results::stale(&arguments.out, &named.into_iter().collect());
    if !stale.is_empty() {
        say(format_args!(
            "not of this batch, though in {}: {}",
            arguments.out.display(),
            stale.join(", ")
        ));
    }
    if end == End::Stopped {
        say("stopped; the same command goes on from here");
    }
    Ok(end.into())
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
