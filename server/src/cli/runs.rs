//! `valleyscope runs`: the runs of a data directory, or of a server.

mod curvature;
mod source;
mod table;

use super::Place;
use super::client::Remote;
use super::exit::{EXIT_CODES, End};
use super::figures::Figures;
use super::output::Output;
use super::say::{print, say, told};
use super::summary;
use crate::table as table_file;
use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use source::{Source, Which};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use valleyscope_shared::api::{RunView, Snapshot};

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The folder with data sets, models and the database [default: the platform's usual place]
    #[arg(long, env = "VALLEYSCOPE_DATA", value_name = "FOLDER", global = true)]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    remote: Remote,
    /// Print JSON, as the API has it
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List runs, newest first
    List(Which),
    /// Show one run with its key results
    Show {
        /// The run's id
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// Write a run's results into a file
    Export {
        /// The run's id
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Where they go; `-` writes them to standard output
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The format [default: as the file's name ends, else json]
        #[arg(long, value_enum)]
        format: Option<Format>,
        /// Of JSON, leave the readings of single examples out
        #[arg(long)]
        brief: bool,
    },
    /// Draw a run's figures into a folder
    Figures {
        /// The run's id
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The folder; it is made where it is missing
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        #[command(flatten)]
        figures: Box<Figures>,
    },
    /// Compute curvature beyond the last layer of a run that is there, and print it as a table
    Curvature(Box<curvature::Arguments>),
    /// Write the table of a batch: a row for each epsilon of each run, then the worst case over all attacks
    Table {
        /// The batch's id
        #[arg(allow_hyphen_values = true, value_name = "BATCH")]
        id: String,
        /// Where it goes; `-` writes it to standard output
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The format [default: as the file's name ends, else csv]
        #[arg(long, value_enum)]
        format: Option<table_file::Format>,
    },
    /// Delete runs that have ended, with their readings and images
    Delete {
        /// The runs' ids; one of an earlier version that begins with a dash comes after `--`
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}

/// The formats of a run's results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Everything, in the layout of `valleyscope run`
    Json,
    /// One line per example and point
    Csv,
    /// Arrays for NumPy
    Npz,
}

pub fn runs(arguments: &Arguments) -> Result<ExitCode> {
    let source = match arguments.remote.client()? {
        Some(client) => Source::Server(client),
        None => {
            let data_dir = arguments.data_dir.clone();
            Source::Folder(Place { data_dir }.data_dir()?)
        }
    };
    match &arguments.command {
        None => list(&source, &Which::default(), arguments.json)?,
        Some(Command::List(which)) => list(&source, which, arguments.json)?,
        Some(Command::Show { id }) => show(&source.show(id)?, arguments.json)?,
        Some(Command::Export {
            id,
            out,
            format,
            brief,
        }) => export(&source, id, out, *format, *brief)?,
        Some(Command::Figures { id, out, figures }) => {
            if let Some(wanted) = figures.checked("--out", Some(out))? {
                source.draw(id, &wanted)?;
                say(format_args!("written to {}", out.display()));
            }
        }
        Some(Command::Curvature(wanted)) => {
            return Ok(curvature::curvature(&source, wanted, arguments.json)?.into());
        }
        Some(Command::Table { id, out, format }) => table_of(&source, id, out, *format)?,
        Some(Command::Delete { ids }) => return delete(&source, ids),
    }
    Ok(End::Done.into())
}

fn list(source: &Source, which: &Which, json: bool) -> Result<()> {
    let (runs, matching) = source.list(which)?;
    match (json, runs.is_empty()) {
        (true, _) => print(serde_json::to_string_pretty(&runs)?)?,
        (false, false) => print(table::of(&runs))?,
        (false, true) => say(format_args!("no such runs {}", source.place())),
    }
    if (runs.len() as u64) < matching {
        say(format_args!(
            "{} of {matching}; --limit shows more",
            runs.len()
        ));
    }
    Ok(())
}

fn show(snapshot: &Snapshot, json: bool) -> Result<()> {
    let run: &RunView = &snapshot.run;
    if json {
        return print(serde_json::to_string_pretty(run)?);
    }
    print(table::one(run))?;
    if let Some(summary) = summary::of_state(&snapshot.state) {
        print(format_args!("\n{summary}"))?;
    }
    for warning in &snapshot.state.warnings {
        print(format_args!("\nwarning: {}", warning.message))?;
    }
    print(format_args!(
        "\n{}",
        serde_json::to_string_pretty(&run.spec)?
    ))
}

fn export(
    source: &Source,
    id: &str,
    out: &Path,
    format: Option<Format>,
    brief: bool,
) -> Result<()> {
    let by_name = out
        .extension()
        .and_then(|ending| Format::from_str(&ending.to_string_lossy(), true).ok());
    let format = format.or(by_name).unwrap_or(Format::Json);
    if brief && format != Format::Json {
        bail!("--brief belongs to the format json");
    }
    let out = Output::check("--out", out)?;
    let content = source.export(id, format, brief)?;
    out.write(&*content)?;
    if !out.is_standard() {
        say(format_args!("written to {}", out.name()));
    }
    Ok(())
}

fn table_of(
    source: &Source,
    id: &str,
    out: &Path,
    format: Option<table_file::Format>,
) -> Result<()> {
    let by_name = out
        .extension()
        .and_then(|ending| table_file::Format::from_str(&ending.to_string_lossy(), true).ok());
    let format = format.or(by_name).unwrap_or(table_file::Format::Csv);
    let out = Output::check("--out", out)?;
    let text = source.table(id, format)?;
    out.write(&|to| to.write_all(text.as_bytes()))?;
    if !out.is_standard() {
        say(format_args!("written to {}", out.name()));
    }
    Ok(())
}

/// Deletes one after another; says of each what became of it.
fn delete(source: &Source, ids: &[String]) -> Result<ExitCode> {
    let store = source.deleting()?;
    let mut failed = 0;
    for id in ids {
        match source.delete(store.as_ref(), id) {
            Ok(()) => say(format_args!("{id} is deleted")),
            Err(error) => {
                failed += 1;
                say(format_args!("error: {}", told(&error)));
            }
        }
    }
    if failed > 0 {
        bail!("{failed} of {} runs are not deleted", ids.len());
    }
    Ok(End::Done.into())
}
