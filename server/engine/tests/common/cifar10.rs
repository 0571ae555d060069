//! The real CIFAR-10 networks and images that golden values are made with.

use std::path::Path;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::data;
use valleyscope_engine::model::{
    self, Architecture, LoadedModel, Normalisation, ResNetOptions, Shortcut,
};

/// A ResNet-20 of `../shared/data/weights` in f64.
pub fn network(root: &Path, name: &str) -> LoadedModel {
    network_in(root, name, Kind::Double)
}

/// The same in another precision.
pub fn network_in(root: &Path, name: &str, kind: Kind) -> LoadedModel {
    let options = ResNetOptions::new(20, Shortcut::After);
    let card = model::library::cifar10_card(
        "golden",
        Architecture::ResNet(options),
        Normalisation {
            mean: vec![0.0; 3],
            std: vec![1.0; 3],
        },
    );
    let file = root.join("weights").join(name).join("model.safetensors");
    model::load_bytes(
        &card.to_json().unwrap(),
        &std::fs::read(file).unwrap(),
        Device::Cpu,
        kind,
    )
    .unwrap()
}

/// The first images of the test set and their labels, in f64.
pub fn images(root: &Path, count: usize) -> (Tensor, Tensor) {
    let place = tempfile::tempdir().unwrap();
    let file = root.join("datasets/cifar10/test_batch.first1017.bin");
    data::register(place.path(), "cifar10-test", &[file]).unwrap();
    let set = data::open(place.path(), "cifar10-test").unwrap();
    let rows: Vec<usize> = (0..count).collect();
    data::batch(set.as_ref(), &rows, Device::Cpu, Kind::Double).unwrap()
}
