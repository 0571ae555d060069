//! Networks of which something is known: small ones with drawn weights that the project keeps, and public ones.

use super::*;
use crate::model::{LoadedModel, Wanted, load_bytes, only};
use std::path::PathBuf;
use tch::{Device, Kind, Tensor};
use valleyscope_tests::data;

/// A folder with weights and what PyTorch says of them.
pub(super) struct Known {
    folder: PathBuf,
    /// What its file does not tell.
    pub wanted: Wanted,
    /// The files of the data set that the network is for.
    images: Vec<PathBuf>,
}

/// A name, what its file does not tell, and whether it is for digits.
type Entry = (&'static str, &'static [[&'static str; 2]], bool);

/// With these untold options.
pub(super) fn wanted(assumed: &[[&str; 2]]) -> Wanted {
    let pair = |pair: &[&str; 2]| pair.map(str::to_owned).into();
    Wanted {
        assumed: assumed.iter().map(pair).collect(),
        ..Wanted::default()
    }
}

const BOTH: &[[&str; 2]] = &[["shortcut", "both"]];
const AFTER: &[[&str; 2]] = &[["shortcut", "after"]];
const THREE: &[[&str; 2]] = &[["heads", "3"]];

/// The small ResNets, one of each public naming and of each shortcut.
pub(super) fn small_resnets() -> Vec<Known> {
    small(vec![
        ("resnet14-both", BOTH, false),
        ("resnet14-after", AFTER, false),
        ("resnet14-conv", &[], false),
    ])
}

/// Small ones of the other families.
pub(super) fn small_others() -> Vec<Known> {
    small(vec![
        ("bn-free-resnet", &[], false),
        ("vit", THREE, false),
        ("lenet", &[], true),
    ])
}

fn small(entries: Vec<Entry>) -> Vec<Known> {
    let file = |path: &str| data::golden(&format!("made/{path}"));
    let known = entries.into_iter().map(|(name, assumed, digits)| Known {
        folder: file(&format!("weights/{name}")),
        wanted: wanted(assumed),
        images: match digits {
            true => ["images-idx3", "labels-idx1"]
                .map(|part| file(&format!("datasets/mnist/t10k-{part}-ubyte.gz")))
                .to_vec(),
            false => vec![file("datasets/cifar10/test_batch.first8.bin")],
        },
    });
    known.collect()
}

/// A small network by its name.
pub(super) fn one(name: &str) -> Known {
    let all = small_resnets().into_iter().chain(small_others());
    let mut found = all.filter(|known| known.name() == name);
    found.next().unwrap()
}

/// The public ResNets; nothing where their files are not all there.
pub(super) fn public_resnets() -> Option<Vec<Known>> {
    public(vec![
        ("cifar10-resnet20-akamaster", BOTH, false),
        ("cifar10-resnet56-akamaster", BOTH, false),
        ("cifar10-resnet20-std-fanghenshao", AFTER, false),
        ("cifar10-resnet20-pgdat-fanghenshao", AFTER, false),
        ("cifar10-resnet20-chenyaofo", &[], false),
        ("cifar10-resnet56-chenyaofo", &[], false),
    ])
}

/// Public networks of families whose members are built after those of others; nothing where their files are not all there.
pub(super) fn public_newer() -> Option<Vec<Known>> {
    public(vec![
        (
            "cifar10-shufflenetv2_x0_5-chenyaofo",
            &[["stem", "small"]],
            false,
        ),
        (
            "cifar10-vit-p4d128L6-smmk47",
            &[["heads", "8"], ["activation", "relu"], ["norms", "last"]],
            false,
        ),
        (
            "cifar10-cnn_a-mix-abcrown",
            &[
                ["activation", "relu"],
                ["strides", "2,2"],
                ["paddings", "1,1"],
                ["pools", "none,none"],
            ],
            false,
        ),
    ])
}

/// Public networks of the other families; nothing where their files are not all there.
pub(super) fn public_others() -> Option<Vec<Known>> {
    public(vec![
        ("cifar10-resnet4b-adv2-abcrown", &[], false),
        ("cifar10-vit-pgd_2_3_16", THREE, false),
        ("mnist-lenet5-clean-advertorch", &[], true),
        ("mnist-lenet5-pgdat0.3-advertorch", &[], true),
    ])
}

fn public(entries: Vec<Entry>) -> Option<Vec<Known>> {
    let known = entries.into_iter().map(|(name, assumed, digits)| {
        let folder = format!("weights/{name}");
        let [weights, expected] =
            ["model.safetensors", "expected.json"].map(|file| format!("{folder}/{file}"));
        let images = match digits {
            true => ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"]
                .map(|file| format!("datasets/mnist/{file}"))
                .to_vec(),
            false => vec!["datasets/cifar10/test_batch.first1017.bin".to_owned()],
        };
        let (first, last) = (images.first()?, images.last()?);
        let root = data::with([&weights, &expected, first, last])?;
        Some(Known {
            folder: root.join(folder),
            wanted: wanted(assumed),
            images: images.into_iter().map(|file| root.join(file)).collect(),
        })
    });
    // All are asked for before the answer, so that a record of what is missing is whole.
    let known: Vec<_> = known.collect();
    known.into_iter().collect()
}

impl Known {
    pub fn name(&self) -> String {
        let name = self.folder.file_name().unwrap();
        name.to_string_lossy().into_owned()
    }

    pub fn weights(&self) -> PathBuf {
        self.folder.join("model.safetensors")
    }

    pub fn expected(&self) -> serde_json::Value {
        let text = std::fs::read_to_string(self.folder.join("expected.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    pub fn card(&self) -> ModelCard {
        self.card_as(&self.wanted)
    }

    fn card_as(&self, wanted: &Wanted) -> ModelCard {
        let numbers = |key: &str| {
            let list = &self.expected()["normalisation"][key];
            serde_json::from_value(list.clone()).unwrap_or_default()
        };
        let normalisation = Normalisation {
            mean: numbers("mean"),
            std: numbers("std"),
        };
        let found = only(&self.weights(), wanted).unwrap();
        found.card("known", normalisation)
    }

    pub fn open(&self, kind: Kind) -> LoadedModel {
        self.open_as(&self.wanted, kind)
    }

    /// With other options than are right.
    pub fn open_as(&self, wanted: &Wanted, kind: Kind) -> LoadedModel {
        let bytes = std::fs::read(self.weights()).unwrap();
        let json = self.card_as(wanted).to_json().unwrap();
        load_bytes(&json, &bytes, Device::Cpu, kind).unwrap()
    }

    /// The first images of its data set, and their labels.
    pub fn images(&self, count: usize, kind: Kind) -> (Tensor, Tensor) {
        let place = tempfile::tempdir().unwrap();
        crate::data::register(place.path(), "set", &self.images, &Default::default()).unwrap();
        let set = crate::data::open(place.path(), "set").unwrap();
        let rows: Vec<usize> = (0..count).collect();
        crate::data::batch(set.as_ref(), &rows, Device::Cpu, kind).unwrap()
    }

    /// The largest difference of a model's logits to PyTorch's, of test images 0 to 7.
    pub fn golden_difference(&self, loaded: &LoadedModel) -> f64 {
        let golden: Vec<Vec<f64>> =
            serde_json::from_value(self.expected()["golden_logits_first8"].clone()).unwrap();
        let (x, _) = self.images(8, loaded.model.kind());
        let logits = loaded.model.forward(&x).unwrap().logits;
        let golden = Tensor::from_slice(&golden.concat()).view([8, 10]);
        largest(&(logits.to_kind(Kind::Double) - golden))
    }
}

pub(super) fn largest(x: &Tensor) -> f64 {
    x.abs().max().double_value(&[])
}

/// Every network's logits in either precision.
pub(super) fn golden_logits_are_met(networks: &[Known], in_f64: f64, in_f32: f64) {
    for known in networks {
        for (kind, most) in [(Kind::Double, in_f64), (Kind::Float, in_f32)] {
            let loaded = known.open(kind);
            let parameters = known.expected()["params"].as_u64().unwrap();
            assert_eq!(loaded.parameters as u64, parameters, "{}", known.name());
            let difference = known.golden_difference(&loaded);
            println!("{} {kind:?}: {difference:.1e}", known.name());
            assert!(difference < most, "{} {kind:?}: {difference}", known.name());
        }
    }
}
