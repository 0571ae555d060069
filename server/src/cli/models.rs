//! `valleyscope models`

mod add;
mod licence;
mod rename;
mod show;

use super::Place;
use super::say::print;
use crate::engine::Engine;
use crate::libtorch::LibTorch;
use anyhow::Result;
use clap::{Args, Subcommand};
use std::process::ExitCode;
use valleyscope_engine::model::library;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the models
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Remove a model from the data directory
    Remove {
        /// The name, as `valleyscope models list` shows it
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give a model of the data directory another name
    Rename(rename::Rename),
    /// Say under which terms a model's weights may be used
    Licence(licence::Licence),
    /// Show one model with its layers
    Show(show::Show),
    /// Check a weights file and copy it into the data directory
    Add(Box<add::Add>),
}

pub fn models(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        None => list(&arguments.place),
        Some(Command::List { place }) => list(place),
        Some(Command::Remove { name, place }) => {
            library::remove(&place.data_dir()?, name)?;
            print(format_args!("{name} is removed"))?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Rename(wanted)) => rename::rename(wanted),
        Some(Command::Licence(wanted)) => licence::licence(wanted),
        Some(Command::Show(wanted)) => show::show(wanted),
        Some(Command::Add(wanted)) => add::add(wanted),
    }
}

fn list(place: &Place) -> Result<ExitCode> {
    for model in LibTorch::new(place.data_dir()?, "auto")?.catalog()?.models {
        match model.problem {
            Some(problem) => print(format_args!("{}\tcannot be used: {problem}", model.id))?,
            None => {
                let accuracy: Vec<_> = model
                    .accuracy
                    .iter()
                    .map(|accuracy| {
                        format!(
                            "{} {:.1} % of {}",
                            accuracy.name,
                            100.0 * accuracy.share,
                            accuracy.n
                        )
                    })
                    .collect();
                print(format_args!(
                    "{}\t{}\t{} parameters\t{}",
                    model.id,
                    model.architecture,
                    model.parameters,
                    accuracy.join(", ")
                ))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
