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
        Command::List { place } => {
            for info in valleyscope_engine::data::list(&place.data_dir()?)? {
                print(format_args!(
                    "{}\t{} images\t{:?}\t{}",
                    info.id,
                    info.count,
                    info.shape,
                    plain(&info.title)
                ))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
