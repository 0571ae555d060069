//! Models against published numbers, and files that have to be refused.

mod adding;
mod builtin;
mod families;
mod family_faults;
mod faults;
mod golden;
mod hostile;

use super::{Architecture, ModelCard, Normalisation, ResNetOptions, Shortcut, library};
use crate::data::Dataset;
use std::path::{Path, PathBuf};

/// The public data that lies beside the project.
fn shared_data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data")
}

fn weights(folder: &str) -> PathBuf {
    shared_data()
        .join("weights")
        .join(folder)
        .join("model.safetensors")
}

fn resnet(depth: i64, shortcut: Shortcut, normalisation: Normalisation) -> ModelCard {
    library::cifar10_card(
        "a ResNet",
        Architecture::ResNet(ResNetOptions::new(depth, shortcut)),
        normalisation,
    )
}

fn cifar10_test() -> Box<dyn Dataset> {
    let folder = tempfile::tempdir().unwrap();
    let file = shared_data().join("datasets/cifar10/test_batch.first1017.bin");
    crate::data::register(folder.path(), "cifar10-test", &[file]).unwrap();
    crate::data::open(folder.path(), "cifar10-test").unwrap()
}
