//! Models against PyTorch's numbers, and files that have to be refused.

mod adding;
mod apart;
mod builtin;
mod exchanged;
mod families;
mod family_faults;
mod faults;
mod hollow;
mod hostile;
mod known;
mod programs;
mod renaming;
mod resnets;
mod round_trips;
mod told;
mod twins;

use super::{Architecture, ModelCard, Normalisation, ResNetOptions, Shortcut, library};
use std::path::{Path, PathBuf};

/// The file of a small network that the project keeps.
fn weights(name: &str) -> PathBuf {
    known::one(name).weights()
}

/// The card of a ResNet as wide as the small ones.
fn resnet(depth: i64, shortcut: Shortcut, normalisation: Normalisation) -> ModelCard {
    let options = ResNetOptions {
        width: 4,
        ..ResNetOptions::new(depth, shortcut)
    };
    library::cifar10_card("a ResNet", Architecture::ResNet(options), normalisation)
}
