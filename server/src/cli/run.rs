//! `valleyscope run`

use super::client::Remote;
use super::compute::compute;
use super::document::Document;
use super::exit::{EXIT_CODES, End};
use super::figures::{Figures, Wanted};
use super::follow::follow;
use super::output::Output;
use super::pictures::Pictures;
use super::progress::Progress;
use super::recorder::Recorder;
use super::say::say;
use super::stop::{AFTER_THIS_STEP, at_signal};
use super::{Place, summary};
use crate::disk;
use crate::engine::Engine;
use crate::export::write_json;
use crate::libtorch::LibTorch;
use crate::order::check;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_shared::spec::{RunSpec, Trace};

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Arguments {
    /// The run's JSON; `-` reads it from standard input
    #[arg(value_name = "SPEC.json")]
    spec: PathBuf,
    /// Where the result goes; `-` writes it to standard output
    #[arg(long, value_name = "RESULT.json")]
    out: PathBuf,
    /// Leave the readings of single examples out of the result: settings, statistics and accuracy by step only
    #[arg(long)]
    brief: bool,
    /// Attack images whose classes have other names than the model's, or another order; labels are compared by their place
    #[arg(long)]
    allow_other_classes: bool,
    #[command(flatten)]
    pictures: Pictures,
    /// `off`: the attack alone, without readings of its steps; accuracies, first flips and endings come out
    #[arg(long, value_name = "on|off", value_parser = Trace::try_from_text)]
    trace: Option<Trace>,
    /// A folder for the run's figures
    #[arg(long, value_name = "FOLDER")]
    figures: Option<PathBuf>,
    /// Say nothing of progress and results; warnings and errors are still said
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    look: Figures,
    #[command(flatten)]
    remote: Remote,
}

/// What is done with a run's result, wherever it is computed.
pub struct Results {
    /// Where the JSON goes.
    pub out: Output,
    /// Where figures go, if they are wanted.
    pub figures: Option<Wanted>,
    /// Whether readings of single examples are left out.
    pub brief: bool,
    /// Whether nothing is said but warnings and errors.
    pub quiet: bool,
}

impl Arguments {
    /// Looks at every place of a result before anything is computed.
    fn results(&self) -> Result<Results> {
        Ok(Results {
            // The folder first, because the result may go into it.
            figures: self.look.checked("--figures", self.figures.as_ref())?,
            out: Output::check("--out", &self.out)?,
            brief: self.brief,
            quiet: self.quiet,
        })
    }
}

impl Results {
    /// How progress is shown.
    pub fn progress(&self) -> Progress {
        match self.quiet {
            true => Progress::hidden(),
            false => Progress::new("example-points"),
        }
    }

    /// Says what came out, and where it is.
    pub fn report(&self, summary: Option<&str>, saved: bool) {
        if self.quiet {
            return;
        }
        if let Some(summary) = summary {
            say(summary);
        }
        if saved {
            say(format!("written to {}", self.out.name()));
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let document = Document::read(&arguments.spec, "the run")?;
    let document = match arguments.allow_other_classes {
        true => document.allowing_other_classes(),
        false => document,
    };
    let document = arguments.pictures.chosen(document);
    let document = match arguments.trace {
        Some(trace) => document.with_trace(trace),
        None => document,
    };
    let end = match arguments.remote.client()? {
        Some(client) => follow(&client, &document, &arguments.results()?)?,
        None => here(arguments, &document)?,
    };
    Ok(end.into())
}

/// Does the run on this machine.
fn here(arguments: &Arguments, document: &Document) -> Result<End> {
    let spec = RunSpec::from_json(document.text()).map_err(|problem| document.explain(&problem))?;
    let engine = LibTorch::new(arguments.place.data_dir()?, "auto")?;
    let catalog = engine.catalog()?;
    check(&spec, &catalog).map_err(|problem| document.explain(&problem))?;
    let results = arguments.results()?;
    if let Some(figures) = &results.figures {
        figures.can_be_drawn_here()?;
    }
    if let Some(folder) = results.out.folder().filter(|_| !arguments.brief) {
        disk::check_results(folder, [&spec], &catalog)?;
    }
    let cancel = at_signal(AFTER_THIS_STEP);
    let mut progress = results.progress();
    let mut recorder = compute(&spec, &engine, Recorder::default(), &cancel, &mut progress);
    let end = End::from(recorder.state.phase);
    match recorder.record(spec) {
        Some(record) => {
            let saved = results
                .out
                .save(&|to| write_json(&record, to, results.brief));
            let drawn = match &results.figures {
                Some(figures) => figures.draw(&record, &recorder.state, &catalog),
                None => Ok(()),
            };
            results.report(Some(&summary::of_record(&record)), saved.is_ok());
            saved.and(drawn)?;
        }
        None if end == End::Stopped => {
            say("stopped before anything was computed; nothing is written");
        }
        None => {}
    }
    if end == End::Failed {
        say(format!("error: the run failed: {}", recorder.reason()));
    }
    Ok(end)
}
