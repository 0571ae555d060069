//! The nets of the tables.

use std::path::Path;

use anyhow::{Context, Result};

use super::valleyscope;
use crate::command;

/// A net with its data set.
pub struct Net {
    /// Its folder among the weights, and its name in runs.
    pub name: &'static str,
    /// What it is, in a table's head.
    pub title: &'static str,
    /// How `valleyscope models add` is told what it is.
    pub architecture: &'static [&'static str],
    pub set: &'static str,
    /// The data set's files below `datasets`.
    pub files: &'static [&'static str],
    pub epsilon: &'static str,
}

const CIFAR10: &[&str] = &["cifar10/test_batch.first1017.bin"];
const MNIST: &[&str] = &[
    "mnist/t10k-images-idx3-ubyte.gz",
    "mnist/t10k-labels-idx1-ubyte",
];

/// One column each.
pub const NETS: [Net; 4] = [
    Net {
        name: "cifar10-resnet20-pgdat-fanghenshao",
        title: "ResNet-20, adversarially trained, CIFAR-10, ε 8/255",
        architecture: &[
            "--arch",
            "resnet",
            "--depth",
            "20",
            "--shortcut",
            "after",
            "--normalisation",
            "none",
        ],
        set: "cifar10-test",
        files: CIFAR10,
        epsilon: "8/255",
    },
    Net {
        name: "cifar10-resnet4b-adv2-abcrown",
        title: "ResNet-4b without batch norm, CIFAR-10, ε 2/255",
        architecture: &[
            "--arch",
            "bn_free_resnet",
            "--normalisation",
            "0.4914,0.4822,0.4465/0.2471,0.2435,0.2616",
        ],
        set: "cifar10-test",
        files: CIFAR10,
        epsilon: "2/255",
    },
    Net {
        name: "cifar10-vit-pgd_2_3_16",
        title: "small vision transformer, CIFAR-10, ε 2/255",
        architecture: &[
            "--arch",
            "vit",
            "--heads",
            "3",
            "--normalisation",
            "cifar10",
        ],
        set: "cifar10-test",
        files: CIFAR10,
        epsilon: "2/255",
    },
    Net {
        name: "mnist-lenet5-pgdat0.3-advertorch",
        title: "LeNet, adversarially trained, MNIST, ε 0.3",
        architecture: &["--arch", "lenet", "--normalisation", "none"],
        set: "mnist-test",
        files: MNIST,
        epsilon: "0.3",
    },
];

impl Net {
    /// Epsilon as a number.
    pub fn radius(&self) -> f64 {
        let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
        match self.epsilon.split_once('/') {
            Some((above, below)) => number(above) / number(below),
            None => number(self.epsilon),
        }
    }

    /// Registers its data set and its weights with the evaluations' data directory.
    pub fn register(&self, data: &Path) -> Result<()> {
        let weights = data
            .join("weights")
            .join(self.name)
            .join("model.safetensors");
        let known = command::answer(valleyscope().arg("models").arg("list"))
            .context("the program does not start; does `cargo xtask setup` say why?")?;
        let is_there = |list: &str, name: &str| {
            list.lines()
                .any(|line| line.split('\t').next() == Some(name))
        };
        let sets = command::answer(valleyscope().args(["data", "list"])).unwrap_or_default();
        if !is_there(&sets, self.set) {
            let files = self
                .files
                .iter()
                .map(|file| data.join("datasets").join(file));
            command::run(valleyscope().args(["data", "add", self.set]).args(files))?;
        }
        if !is_there(&known, self.name) {
            let mut add = valleyscope();
            add.args(["models", "add"])
                .arg(&weights)
                .args(["--name", self.name]);
            command::run(add.args(self.architecture))?;
        }
        Ok(())
    }
}
