//! What golden values are made with: networks, images, and the folder of the values.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tch::{Device, Kind, Tensor};
use valleyscope_engine::data;
use valleyscope_engine::model::{
    self, Architecture, LoadedModel, Normalisation, ResNetOptions, Shortcut, Wanted,
};
use valleyscope_tests::data as files;

/// The networks and images of one folder.
pub struct Subject {
    /// The folder of `weights` and `datasets`.
    root: PathBuf,
    golden: PathBuf,
    images: &'static str,
    resnet: &'static str,
    depth: i64,
    width: i64,
    without_norms: &'static str,
}

/// A test as two, with small networks that the project keeps itself and with public ones, where these are there.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            use crate::common::subject::Subject;

            #[test]
            fn made() {
                super::$name(&Subject::made());
            }

            #[test]
            fn public() {
                if let Some(subject) = Subject::public() {
                    super::$name(&subject);
                }
            }
        }
    )+ };
}
pub(crate) use on_both;

impl Subject {
    /// With drawn weights, and eight images (`golden/made.py` made them).
    pub fn made() -> Self {
        Self {
            root: files::golden("made"),
            golden: files::golden("made"),
            images: "datasets/cifar10/test_batch.first8.bin",
            resnet: "resnet14-after",
            depth: 14,
            width: 4,
            without_norms: "bn-free-resnet",
        }
    }

    /// fanghenshao's adversarially trained ResNet-20, alpha-beta-CROWN's ResNet-4b, and CIFAR-10's test set.
    pub fn public() -> Option<Self> {
        let root = files::with([
            "weights/cifar10-resnet20-pgdat-fanghenshao/model.safetensors",
            "weights/cifar10-resnet4b-adv2-abcrown/model.safetensors",
            "datasets/cifar10/test_batch.first1017.bin",
        ])?;
        Some(Self {
            root,
            golden: files::golden(""),
            images: "datasets/cifar10/test_batch.first1017.bin",
            resnet: "cifar10-resnet20-pgdat-fanghenshao",
            depth: 20,
            width: 16,
            without_norms: "cifar10-resnet4b-adv2-abcrown",
        })
    }

    pub fn is_public(&self) -> bool {
        self.golden != self.root
    }

    /// The values of a script of `golden`.
    pub fn golden(&self, name: &str) -> Value {
        super::json(&self.golden.join(name).with_extension("json"))
    }

    /// The ResNet in f64.
    pub fn network(&self) -> LoadedModel {
        self.network_in(Kind::Double)
    }

    /// The same in another precision.
    pub fn network_in(&self, kind: Kind) -> LoadedModel {
        let plain = Normalisation {
            mean: vec![0.0; 3],
            std: vec![1.0; 3],
        };
        self.resnet(&self.weights(), plain, kind)
    }

    /// The ResNet with weights of one's own.
    pub fn resnet(&self, weights: &[u8], normalisation: Normalisation, kind: Kind) -> LoadedModel {
        let options = ResNetOptions {
            width: self.width,
            ..ResNetOptions::new(self.depth, Shortcut::After)
        };
        let architecture = Architecture::ResNet(options);
        let card = model::library::cifar10_card("golden", architecture, normalisation);
        model::load_bytes(&card.to_json().unwrap(), weights, Device::Cpu, kind).unwrap()
    }

    /// The content of the ResNet's file.
    pub fn weights(&self) -> Vec<u8> {
        std::fs::read(self.file(self.resnet)).unwrap()
    }

    /// The network without batch norm in f64.
    pub fn without_norms(&self) -> LoadedModel {
        let normalisation = Normalisation {
            mean: vec![0.4914, 0.4822, 0.4465],
            std: vec![0.2471, 0.2435, 0.2616],
        };
        let file = self.file(self.without_norms);
        let found = model::only(&file, &Wanted::default()).unwrap();
        let card = found.card("golden", normalisation).to_json().unwrap();
        let weights = std::fs::read(&file).unwrap();
        model::load_bytes(&card, &weights, Device::Cpu, Kind::Double).unwrap()
    }

    /// The first images of the test set and their labels, in f64; all where there are fewer.
    pub fn images(&self, count: usize) -> (Tensor, Tensor) {
        first_images(&self.root.join(self.images), count, Kind::Double)
    }

    fn file(&self, network: &str) -> PathBuf {
        let folder = self.root.join("weights").join(network);
        folder.join("model.safetensors")
    }
}

/// The first images of a CIFAR-10 file and their labels.
pub fn first_images(file: &Path, count: usize, kind: Kind) -> (Tensor, Tensor) {
    let place = tempfile::tempdir().unwrap();
    data::register(
        place.path(),
        "cifar10-test",
        &[file.to_owned()],
        &Default::default(),
    )
    .unwrap();
    let set = data::open(place.path(), "cifar10-test").unwrap();
    let rows: Vec<usize> = (0..count.min(set.info().count)).collect();
    data::batch(set.as_ref(), &rows, Device::Cpu, kind).unwrap()
}
