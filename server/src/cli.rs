//! The command line: one command a file; those that compute speak `RunSpec`.

mod batch;
mod belongs;
mod client;
mod columns;
mod completions;
mod compute;
mod data;
mod document;
mod example;
mod exit;
mod figures;
mod follow;
mod models;
mod output;
mod pictures;
mod progress;
mod recorder;
mod run;
mod runs;
mod say;
mod serve;
mod stop;
mod summary;
mod train;
mod verify;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use exit::{CLOSED, EXIT_CODES, WRONG};
pub use say::told;
use say::{Closed, explain, say};
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_shared::text::plain_lines;

/// Adversarial attacks, and how flat the loss surface is along them.
#[derive(Debug, Parser)]
#[command(name = "valleyscope", version, about, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the dashboard and the API
    Serve(serve::Arguments),
    /// Do one run and write its result
    Run(Box<run::Arguments>),
    /// Do many runs, every model under every attack, and write their results; goes on where it was stopped
    Batch(batch::Arguments),
    /// Say whether results still belong to the models and data that lie here
    Verify(verify::Arguments),
    /// List, show, export and delete runs, here or at a server
    Runs(runs::Arguments),
    /// Train a model
    Train(train::Arguments),
    /// Register data sets, or list them
    Data(data::Arguments),
    /// List the models, or add one
    Models(models::Arguments),
    /// Do the run that a first visit shows, and write it as a file
    Example(example::Arguments),
    /// Print a script with which a shell completes commands and options
    Completions(completions::Completions),
    /// Print a page of the manual
    Man(completions::Man),
    /// Read a file for another process of the program
    #[command(name = crate::adding::child::COMMAND, hide = true)]
    ReadCheckpoint { file: PathBuf, folder: PathBuf },
    /// Run a model's program for another process of the program
    #[command(name = crate::apart::COMMAND, hide = true)]
    ComputeProgram {
        data_dir: PathBuf,
        file: Option<PathBuf>,
    },
}

/// Where things lie and what computes; the same for every command.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The folder with data sets, models and the database [default: the platform's usual place]
    #[arg(long, env = "VALLEYSCOPE_DATA", value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

impl Place {
    fn data_dir(&self) -> Result<PathBuf> {
        crate::place::data_dir(self.data_dir.clone())
    }

    /// The same, made where it is missing, for who writes there.
    fn own_data_dir(&self) -> Result<PathBuf> {
        let folder = self.data_dir()?;
        crate::private::make_folder(&folder)?;
        Ok(folder)
    }
}

/// Does what the program's arguments say, and tells a person what went wrong in one sentence.
pub fn run() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => command(cli.command),
        Err(answer) => usage(&answer),
    };
    done.unwrap_or_else(|error| {
        if error.is::<Closed>() {
            return ExitCode::from(CLOSED);
        }
        say(format_args!("error: {}", plain_lines(&told(&error))));
        ExitCode::from(WRONG)
    })
}

/// Help, the version, or what is wrong with the arguments.
fn usage(answer: &clap::Error) -> Result<ExitCode> {
    let printed = answer.print();
    if answer.use_stderr() {
        return Ok(ExitCode::from(WRONG));
    }
    explain(printed)?;
    Ok(ExitCode::SUCCESS)
}

fn command(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(arguments) => serve::serve(arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Batch(arguments) => batch::batch(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Runs(arguments) => runs::runs(&arguments),
        Command::Train(arguments) => train::train(&arguments),
        Command::Data(arguments) => data::data(&arguments),
        Command::Models(arguments) => models::models(&arguments),
        Command::Example(arguments) => example::example(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => completions::man(&arguments),
        Command::ReadCheckpoint { file, folder } => {
            crate::adding::child::serve(&file, &folder)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::ComputeProgram { data_dir, file } => {
            crate::apart::child::serve(&data_dir, file.as_deref())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
