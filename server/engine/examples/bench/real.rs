//! Real networks and images of the folder that the tests take theirs from.

use crate::Result;
use std::path::PathBuf;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::Batch;
use valleyscope_engine::data;
use valleyscope_engine::model::{
    self, Architecture, LoadedModel, Normalisation, ResNetOptions, Shortcut, Wanted,
};
use valleyscope_tests::data as public;

/// A ResNet-20 that was trained against PGD; its numbers for the pixels lie in its first layer's place.
pub const RESNET20: &str = "cifar10-resnet20-pgdat-fanghenshao";
/// A smaller one without batch norm.
pub const RESNET4B: &str = "cifar10-resnet4b-adv2-abcrown";

pub struct Real {
    pub loaded: LoadedModel,
    pub weights: PathBuf,
    /// `[N, 3, 32, 32]`, the first images of the test set.
    pub x: Tensor,
    pub labels: Vec<i64>,
}

impl Real {
    /// A network with `count` images; nothing, and a line that says so, where the data are not there.
    pub fn open(name: &str, count: usize) -> Result<Option<Self>> {
        let root = public::folder();
        let weights = root.join("weights").join(name).join("model.safetensors");
        if !weights.is_file() {
            println!(
                "skipped: {} is not here; {} names another folder",
                weights.display(),
                public::FOLDER
            );
            return Ok(None);
        }
        let card = match name {
            RESNET20 => model::library::cifar10_card(
                name,
                Architecture::ResNet(ResNetOptions::new(20, Shortcut::After)),
                Normalisation {
                    mean: vec![0.0; 3],
                    std: vec![1.0; 3],
                },
            ),
            _ => {
                let text = std::fs::read_to_string(weights.with_file_name("expected.json"))?;
                let expected: serde_json::Value = serde_json::from_str(&text)?;
                let numbers = |key: &str| {
                    let list = &expected["normalisation"][key];
                    serde_json::from_value(list.clone()).unwrap_or_default()
                };
                let normalisation = Normalisation {
                    mean: numbers("mean"),
                    std: numbers("std"),
                };
                model::only(&weights, &Wanted::default())?.card(name, normalisation)
            }
        };
        let bytes = std::fs::read(&weights)?;
        let loaded = model::load_bytes(&card.to_json()?, &bytes, Device::Cpu, Kind::Float)?;
        let place = tempfile::tempdir()?;
        let file = root.join("datasets/cifar10/test_batch.first1017.bin");
        data::register(place.path(), "cifar10-test", &[file], &Default::default())?;
        let set = data::open(place.path(), "cifar10-test")?;
        let rows: Vec<usize> = (0..count).collect();
        let (x, labels) = data::batch(set.as_ref(), &rows, Device::Cpu, Kind::Float)?;
        Ok(Some(Self {
            loaded,
            weights,
            x,
            labels: Vec::try_from(&labels)?,
        }))
    }

    /// Its images, to be attacked.
    pub fn batch(&self, last_gradient: bool) -> Result<Batch> {
        let labels = Tensor::f_from_slice(&self.labels)?;
        Ok(Batch {
            x: self.x.shallow_clone(),
            truth: labels.shallow_clone(),
            labels,
            indices: (0..self.labels.len() as u64).collect(),
            towards: None,
            last_gradient,
        })
    }
}
