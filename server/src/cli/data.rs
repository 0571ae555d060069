//! `valleyscope data`

mod fetch;
mod how;
mod show;

use super::Place;
use super::say::print;
use anyhow::Result;
use clap::{Args, Subcommand};
use how::How;
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_engine::data::{self, DatasetInfo};
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
        /// The files, or a folder: CIFAR-10 or CIFAR-100 (binary or Python), MNIST and its kin, SVHN, CIFAR-10-C, class folders of
        /// pictures, .npz arrays, parquet files; told apart by their content
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        how: How,
        #[command(flatten)]
        place: Place,
    },
    /// Fetch a public data set and register its parts; without a name, list those that are known
    Fetch {
        /// The name: cifar10, cifar100, mnist, fashion-mnist, kmnist, svhn, cifar10-c or cifar100-c
        name: Option<String>,
        /// A folder or archive on this machine, or the address of a mirror, in place of the official address
        #[arg(long, value_name = "PATH|URL", requires = "name")]
        from: Option<String>,
        /// The folder for the files, in place of one in the data directory
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Look at every picture once: classes, values, pictures that are there twice
    Show {
        /// The name, as `valleyscope data list` shows it
        name: String,
        /// Another data set whose pictures should not be in this one, such as the training set
        #[arg(long, value_name = "NAME")]
        with: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
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
        Command::Add {
            name,
            paths,
            how,
            place,
        } => {
            let info = data::register(&place.own_data_dir()?, name, paths, &how.options()?)?;
            print(summary(name, &info))?;
            for note in &info.notes {
                print(format_args!("{}", plain(note)))?;
            }
        }
        Command::Fetch {
            name: Some(name),
            from,
            into,
            place,
        } => {
            let folder = place.own_data_dir()?;
            fetch::bring(&folder, name, from.as_deref(), into.as_deref())?;
        }
        Command::Fetch { name: None, .. } => fetch::list()?,
        Command::Show {
            name,
            with,
            json,
            place,
        } => show::show(&place.data_dir()?, name, with.as_deref(), *json)?,
        Command::Remove { name, place } => {
            data::remove(&place.data_dir()?, name)?;
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

/// A data set in a line.
fn summary(name: &str, info: &DatasetInfo) -> String {
    let classes = info.classes.len();
    format!(
        "{}: {} images of shape {:?}, {classes} classes",
        plain(name),
        info.count,
        info.shape
    )
}
