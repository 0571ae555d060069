//! `valleyscope models`

use super::Place;
use crate::engine::Engine;
use crate::libtorch::LibTorch;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_engine::model::{Architecture, Normalisation, ResNetOptions, Shortcut, library};

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
    /// Check a weights file and copy it into the data directory
    Add(Add),
}

#[derive(Debug, Args)]
struct Add {
    /// The weights, a safetensors file
    file: PathBuf,
    /// The name that runs will use
    #[arg(long)]
    name: String,
    /// The name in words [default: the name]
    #[arg(long)]
    title: Option<String>,
    /// The architecture: `resnet`, the CIFAR family
    #[arg(long)]
    arch: String,
    /// Layers with weights: 20, 32, 44, 56, ..., each 6n+2
    #[arg(long)]
    depth: i64,
    /// What carries a block's input past it where the width grows: zero channels on `both` sides or `after`, or a convolution (`conv`)
    #[arg(long)]
    shortcut: String,
    /// `none`, `imagenet`, `cifar10`, or MEAN/STD such as 0.49,0.48,0.45/0.2,0.2,0.2; inside the model, pixels are in [0, 1]
    #[arg(long)]
    normalisation: String,
    #[command(flatten)]
    place: Place,
}

pub fn models(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        None => list(&arguments.place),
        Some(Command::List { place }) => list(place),
        Some(Command::Add(wanted)) => add(wanted),
    }
}

fn list(place: &Place) -> Result<ExitCode> {
    for model in LibTorch::new(place.data_dir()?, "auto")?.catalog()?.models {
        match model.problem {
            Some(problem) => println!("{}\tcannot be used: {problem}", model.id),
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
                println!(
                    "{}\t{}\t{} parameters\t{}",
                    model.id,
                    model.architecture,
                    model.parameters,
                    accuracy.join(", ")
                );
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add(wanted: &Add) -> Result<ExitCode> {
    if wanted.arch != "resnet" {
        bail!("--arch \"{}\": resnet is right", wanted.arch);
    }
    let shortcut: Shortcut = serde_json::from_value(wanted.shortcut.clone().into())
        .ok()
        .with_context(|| {
            format!(
                "--shortcut \"{}\": both, after or conv is right",
                wanted.shortcut
            )
        })?;
    let normalisation: Normalisation = wanted.normalisation.parse()?;
    let title = wanted.title.as_deref().unwrap_or(&wanted.name);
    let card = library::cifar10_card(
        title,
        Architecture::ResNet(ResNetOptions::new(wanted.depth, shortcut)),
        normalisation,
    );
    let loaded = library::add(&wanted.place.data_dir()?, &wanted.name, &wanted.file, &card)?;
    println!(
        "{}: {} parameters, every tensor accounted for",
        wanted.name, loaded.parameters
    );
    println!(
        "a wrong shortcut or normalisation leaves no trace in the file: do a run and look at the clean accuracy"
    );
    Ok(ExitCode::SUCCESS)
}
