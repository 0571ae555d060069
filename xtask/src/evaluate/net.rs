//! The nets of the tables.

use std::path::Path;

use anyhow::{Context, Result};

use super::add;
use super::plan::{self, Attack};
use crate::place;

/// A net with its data set.
pub struct Net {
    /// Its folder among the weights, and its name in runs.
    pub name: &'static str,
    /// What it is, in a table's head.
    pub title: &'static str,
    /// The same in a word or two, over a column.
    pub short: &'static str,
    /// How `valleyscope models add` is told what it is.
    pub architecture: &'static [&'static str],
    pub set: &'static str,
    /// The data set's files below `datasets`.
    pub files: &'static [&'static str],
    /// The radii, each with how many images from the head of the test set.
    pub columns: &'static [(&'static str, u64)],
}

const CIFAR10: &[&str] = &["cifar10/test_batch.first1017.bin"];
const MNIST: &[&str] = &[
    "mnist/t10k-images-idx3-ubyte.gz",
    "mnist/t10k-labels-idx1-ubyte",
];

/// A table each, with a column for every radius.
pub const NETS: [Net; 4] = [
    Net {
        name: "cifar10-resnet20-pgdat-fanghenshao",
        title: "ResNet-20, adversarially trained, CIFAR-10",
        short: "ResNet-20",
        architecture: &[
            "--arch",
            "resnet",
            "--assume",
            "shortcut=after",
            "--normalisation",
            "none",
        ],
        set: "cifar10-test",
        files: CIFAR10,
        columns: &[("2/255", 50), ("4/255", 50), ("8/255", 100)],
    },
    Net {
        name: "cifar10-resnet4b-adv2-abcrown",
        title: "ResNet-4b without batch norm, CIFAR-10",
        short: "ResNet-4b",
        architecture: &[
            "--arch",
            "bn_free_resnet",
            "--normalisation",
            "0.4914,0.4822,0.4465/0.2471,0.2435,0.2616",
        ],
        set: "cifar10-test",
        files: CIFAR10,
        columns: &[("2/255", 200), ("4/255", 200), ("8/255", 200)],
    },
    Net {
        name: "cifar10-vit-pgd_2_3_16",
        title: "small vision transformer, CIFAR-10",
        short: "ViT",
        architecture: &[
            "--arch",
            "vit",
            "--assume",
            "heads=3",
            "--normalisation",
            "cifar10",
        ],
        set: "cifar10-test",
        files: CIFAR10,
        columns: &[("2/255", 200), ("4/255", 200), ("8/255", 200)],
    },
    Net {
        name: "mnist-lenet5-pgdat0.3-advertorch",
        title: "LeNet, adversarially trained, MNIST",
        short: "LeNet",
        architecture: &["--arch", "lenet", "--normalisation", "none"],
        set: "mnist-test",
        files: MNIST,
        columns: &[("0.3", 200)],
    },
];

impl Net {
    /// Registers its data set and its weights with the evaluations' data directory.
    pub fn register(&self, data: &Path) -> Result<()> {
        let weights = data
            .join("weights")
            .join(self.name)
            .join("model.safetensors");
        add::data_set(data, self.set, self.files, &[])?;
        let folder = place::target().join("evaluation/models").join(self.name);
        let same = same_content(&folder.join("model.safetensors"), &weights)?;
        if !same && folder.is_dir() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        if !same || !add::has_model(self.name)? {
            add::model(self.name, &weights, self.architecture)?;
        }
        Ok(())
    }
}

/// Whether the weights that were copied are those that lie there now.
fn same_content(copy: &Path, original: &Path) -> Result<bool> {
    let content =
        std::fs::read(original).with_context(|| format!("cannot read {}", original.display()))?;
    Ok(std::fs::read(copy).is_ok_and(|copy| copy == content))
}

/// A column of a net's table: what is run within one radius, or within none.
pub struct Column {
    /// The radius; [`ANY`] for the attacks that have none.
    pub epsilon: &'static str,
    pub images: u64,
    pub attacks: Vec<Attack>,
}

/// The column of the attacks that look for the smallest perturbation.
pub const ANY: &str = "any";

/// The columns of a net's table.
pub fn columns(net: &Net) -> Vec<Column> {
    let within = net.columns.iter().map(|&(epsilon, images)| Column {
        epsilon,
        images,
        attacks: plan::within(epsilon),
    });
    let most = net.columns.iter().map(|&(_, images)| images).max();
    let any = Column {
        epsilon: ANY,
        images: most.unwrap_or_default(),
        attacks: plan::minimum_norm(),
    };
    within.chain([any]).collect()
}
