//! `valleyscope data`

use super::Place;
use super::say::print;
use anyhow::Result;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_shared::text::plain;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Register files as a data set; they stay where they are
    Add {
        /// The name that runs will use, for example cifar10-test
        name: String,
        /// CIFAR-10 binary files, or MNIST's images and labels (idx, plain or gzip)
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Forget a data set; its files stay where they are
    Remove {
        /// The name, as `valleyscope data list` shows it
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// List the data sets
    List {
        #[command(flatten)]
        place: Place,
    },
}

pub fn data(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        Command::Add { name, paths, place } => {
            let info = valleyscope_engine::data::register(&place.own_data_dir()?, name, paths)?;
            print(format_args!(
                "{name}: {} images of shape {:?}, {} classes",
                info.count,
                info.shape,
                info.classes.len()
            ))?;
        }
        Command::Remove { name, place } => {
            valleyscope_engine::data::remove(&place.data_dir()?, name)?;
            print(format_args!(
                "{name} is forgotten; its files stay where they are"
            ))?;
        }
        Command::List { place } => {
            for set in valleyscope_engine::catalog::data_sets(&place.data_dir()?) {
                match set.problem {
                    Some(problem) => print(format_args!(
                        "{}\tcannot be used: {}",
                        plain(&set.id),
                        plain(&problem)
                    ))?,
                    None => print(format_args!(
                        "{}\t{} images\t{:?}\t{}",
                        set.id,
                        set.count,
                        set.shape,
                        plain(&set.title)
                    ))?,
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
