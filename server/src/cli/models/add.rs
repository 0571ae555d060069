//! `valleyscope models add`

use crate::cli::Place;
use crate::cli::say::print;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_engine::model::{Family, Normalisation, ResNetOptions, Shortcut, library};
use valleyscope_shared::text::plain;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The weights, a safetensors file
    file: PathBuf,
    /// The name that runs will use
    #[arg(long)]
    name: String,
    /// The name in words [default: the name]
    #[arg(long)]
    title: Option<String>,
    /// The architecture: `resnet`, `bn_free_resnet` or `vit` for CIFAR-10, `lenet` for MNIST; all but `resnet` read the sizes of their layers from the file
    #[arg(long)]
    arch: String,
    /// resnet: layers with weights: 20, 32, 44, 56, ..., each 6n+2
    #[arg(long)]
    depth: Option<i64>,
    /// resnet: what carries a block's input past it where the width grows: zero channels on `both` sides or `after`, or a convolution (`conv`)
    #[arg(long)]
    shortcut: Option<String>,
    /// vit: heads of each layer
    #[arg(long)]
    heads: Option<i64>,
    /// `none`, `imagenet`, `cifar10`, or MEAN/STD such as 0.49,0.48,0.45/0.2,0.2,0.2; inside the model, pixels are in [0, 1]
    #[arg(long)]
    normalisation: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn add(wanted: &Add) -> Result<ExitCode> {
    let family = family(wanted)?;
    let normalisation: Normalisation = wanted.normalisation.parse()?;
    let title = wanted.title.as_deref().unwrap_or(&wanted.name);
    let card = family.card(title, &wanted.file, normalisation)?;
    let loaded = library::add(
        &wanted.place.own_data_dir()?,
        &wanted.name,
        &wanted.file,
        &card,
    )?;
    print(format_args!(
        "{}: {} parameters, every tensor accounted for",
        wanted.name, loaded.parameters
    ))?;
    print("no weights file tells what follows; it was taken as given:")?;
    for (name, value) in loaded.card.untold() {
        print(format_args!("  {name:<22} {}", plain(&value)))?;
    }
    print("a wrong one loads all the same: do a run and look at the clean accuracy")?;
    Ok(ExitCode::SUCCESS)
}

/// The family with the options that belong to it, and none that does not.
fn family(wanted: &Add) -> Result<Family> {
    let arch = wanted.arch.as_str();
    for (option, given, belongs_to) in [
        ("depth", wanted.depth.is_some(), "resnet"),
        ("shortcut", wanted.shortcut.is_some(), "resnet"),
        ("heads", wanted.heads.is_some(), "vit"),
    ] {
        if given && arch != belongs_to {
            bail!("--{option} belongs to --arch {belongs_to}, not to \"{arch}\"");
        }
        if !given && arch == belongs_to {
            bail!("--arch {arch} needs --{option}, which the file does not tell");
        }
    }
    Ok(match (arch, wanted.depth, &wanted.shortcut, wanted.heads) {
        ("resnet", Some(depth), Some(shortcut), _) => {
            Family::ResNet(ResNetOptions::new(depth, read(shortcut)?))
        }
        ("vit", _, _, Some(heads)) => Family::Vit { heads },
        ("bn_free_resnet", ..) => Family::BnFreeResNet,
        ("lenet", ..) => Family::LeNet,
        _ => bail!("--arch \"{arch}\": resnet, bn_free_resnet, vit or lenet is right"),
    })
}

fn read(shortcut: &str) -> Result<Shortcut> {
    serde_json::from_value(shortcut.into())
        .ok()
        .with_context(|| format!("--shortcut \"{shortcut}\": both, after or conv is right"))
}
