//! The command line: one command a file; those that compute speak `RunSpec`.

mod batch;
mod belongs;
mod data;
mod example;
mod figures;
mod models;
mod progress;
mod recorder;
mod run;
mod serve;
mod stop;
mod train;
mod verify;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Adversarial attacks, and how flat the loss surface is along them.
#[derive(Debug, Parser)]
#[command(name = "valleyscope", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the dashboard and the API
    Serve(serve::Arguments),
    /// Do one run and write its result
    Run(run::Arguments),
    /// Do many runs, every model under every attack, and write their results; goes on where it was stopped
    Batch(batch::Arguments),
    /// Say whether results still belong to the models and data that lie here
    Verify(verify::Arguments),
    /// Train a model
    Train(train::Arguments),
    /// Register data sets, or list them
    Data(data::Arguments),
    /// List the models, or add one
    Models(models::Arguments),
    /// Do the run that a first visit shows, and write it as a file
    Example(example::Arguments),
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

/// Does what the arguments say.
///
/// # Errors
/// A sentence fit for the person who typed them.
pub fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Serve(arguments) => serve::serve(arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Batch(arguments) => batch::batch(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Train(arguments) => train::train(&arguments),
        Command::Data(arguments) => data::data(&arguments),
        Command::Models(arguments) => models::models(&arguments),
        Command::Example(arguments) => example::example(&arguments),
    }
}
