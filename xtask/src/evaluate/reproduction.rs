//! The paper's phenomenon on every real network of the folder of public data: the table of `docs/reproduction.md`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::cell::read;
use super::table::{self, percent};
use super::{Maker, add, cell};
use crate::place;

const MARK: &str = "<!-- made by `cargo xtask evaluate --reproduction` -->";

/// A data set and the budget of its networks: small steps, so that the step of a flip can be told.
struct Set {
    name: &'static str,
    /// What `valleyscope data add` is given: files below `datasets`, and options.
    files: &'static [&'static str],
    options: &'static [&'static str],
    images: u64,
    epsilon: &'static str,
    step_size: &'static str,
}

/// Forty steps reach two and a half times the radius.
const STEPS: u32 = 40;

const CIFAR10: Set = Set {
    name: "cifar10-test",
    files: &["cifar10/test_batch.first1017.bin"],
    options: &[],
    images: 100,
    epsilon: "8/255",
    step_size: "0.5/255",
};
const MNIST: Set = Set {
    name: "mnist-test",
    files: &[
        "mnist/t10k-images-idx3-ubyte.gz",
        "mnist/t10k-labels-idx1-ubyte",
    ],
    options: &[],
    images: 100,
    epsilon: "0.3",
    step_size: "0.01875",
};
const IMAGENET: Set = Set {
    name: "imagenet-samples",
    files: &["imagenet_samples/subset50"],
    options: &["--resize", "256", "--crop", "224"],
    images: 50,
    epsilon: "8/255",
    step_size: "0.5/255",
};

/// A network as somebody published it.
struct Network {
    /// What its row is called.
    title: &'static str,
    /// Whether it was trained against attacks.
    adversarially: bool,
    file: &'static str,
    /// What `valleyscope models add` is told of what the file does not say.
    told: &'static [&'static str],
    set: &'static Set,
}

const fn network(
    title: &'static str,
    file: &'static str,
    told: &'static [&'static str],
) -> Network {
    Network {
        title,
        adversarially: false,
        file,
        told,
        set: &CIFAR10,
    }
}

const fn hardened(of: Network) -> Network {
    Network {
        adversarially: true,
        ..of
    }
}

const fn on(set: &'static Set, of: Network) -> Network {
    Network { set, ..of }
}

/// A row each.
const NETWORKS: [Network; 17] = [
    network(
        "ResNet-20 (akamaster)",
        "weights/cifar10-resnet20-akamaster/resnet20-12fca82f.th",
        &["--normalisation", "imagenet", "--assume", "shortcut=both"],
    ),
    network(
        "ResNet-20 (chenyaofo)",
        "weights/cifar10-resnet20-chenyaofo/cifar10_resnet20-4118986f.pt",
        &["--normalisation", "cifar10"],
    ),
    network(
        "ResNet-20 (kejeon)",
        "checkpoints/cifar10-resnet20-kejeon.ckpt.pth",
        &["--choose", "1", "--images", "400"],
    ),
    network(
        "ResNet-20 (fanghenshao)",
        "weights/cifar10-resnet20-std-fanghenshao/CIFAR10-resnet20.pth",
        &["--normalisation", "none", "--assume", "shortcut=after"],
    ),
    hardened(network(
        "ResNet-20 (fanghenshao)",
        "weights/cifar10-resnet20-pgdat-fanghenshao/CIFAR10-resnet20-adv.pth",
        &["--normalisation", "none", "--assume", "shortcut=after"],
    )),
    network(
        "ResNet-56 (akamaster)",
        "weights/cifar10-resnet56-akamaster/resnet56-4bfd9763.th",
        &["--normalisation", "imagenet", "--assume", "shortcut=both"],
    ),
    network(
        "ResNet-56 (chenyaofo)",
        "weights/cifar10-resnet56-chenyaofo/cifar10_resnet56-187c023a.pt",
        &["--normalisation", "cifar10"],
    ),
    network(
        "ShuffleNetV2 x0.5 (chenyaofo)",
        "weights/cifar10-shufflenetv2_x0_5-chenyaofo/cifar10_shufflenetv2_x0_5-1308b4e9.pt",
        &["--normalisation", "cifar10", "--assume", "stem=small"],
    ),
    network(
        "ViT, class token (smmk47)",
        "weights/cifar10-vit-p4d128L6-smmk47/vit_cifar10.pth",
        &[
            "--normalisation",
            "cifar10",
            "--assume",
            "heads=8",
            "--assume",
            "activation=relu",
            "--assume",
            "norms=last",
        ],
    ),
    hardened(network(
        "ViT, mean token (pgd_2_3_16)",
        "weights/cifar10-vit-pgd_2_3_16/model.safetensors",
        &["--normalisation", "cifar10", "--assume", "heads=3"],
    )),
    hardened(network(
        "ViT (ibp_3_3_8), ONNX",
        "onnx/cifar10-vit-ibp_3_3_8.onnx",
        &["--normalisation", "cifar10"],
    )),
    hardened(network(
        "ResNet 3b2 (mixup, adversarial 4/255), ONNX",
        "onnx/cifar10-resnet_3b2-mixup-adv4.onnx",
        &["--normalisation", "cifar10"],
    )),
    hardened(network(
        "ResNet-4b without batch norm",
        "weights/cifar10-resnet4b-adv2-abcrown/resnet4b.pth",
        &["--normalisation", "cifar10-std"],
    )),
    hardened(network(
        "CNN-A without batch norm",
        "weights/cifar10-cnn_a-mix-abcrown/cifar_cnn_a_mix.model",
        &[
            "--normalisation",
            "0.491372549,0.4823529412,0.4466666667/0.2470588235,0.2435294118,0.2615686275",
            "--assume",
            "activation=relu",
        ],
    )),
    on(
        &MNIST,
        network(
            "LeNet (advertorch)",
            "weights/mnist-lenet5-clean-advertorch/mnist_lenet5_clntrained.pt",
            &["--normalisation", "none"],
        ),
    ),
    on(
        &MNIST,
        hardened(network(
            "LeNet (advertorch)",
            "weights/mnist-lenet5-pgdat0.3-advertorch/mnist_lenet5_advtrained.pt",
            &["--normalisation", "none"],
        )),
    ),
    on(
        &IMAGENET,
        network(
            "EfficientNet-Lite0",
            "checkpoints/imagenet-efficientnet_lite0.pth",
            &["--choose", "1", "--images", "50"],
        ),
    ),
];

impl Network {
    /// Its name in runs: that of its file, with its folder's where it has one of its own.
    fn id(&self) -> String {
        let mut parts = self.file.split('/').skip(1);
        let name = parts.next().unwrap_or(self.file);
        let name = name.split(['.']).next().unwrap_or(name);
        name.to_lowercase().replace('_', "-")
    }

    /// Registers its data set, and itself unless it is there.
    fn register(&self, data: &Path) -> Result<()> {
        let (set, id) = (self.set, self.id());
        add::data_set(data, set.name, set.files, set.options)?;
        if add::has_model(&id)? {
            return Ok(());
        }
        let told = [&["--data", set.name], self.told].concat();
        add::model(&id, &data.join(self.file), &told)
    }

    fn spec(&self) -> Value {
        let set = self.set;
        json!({
            "model": self.id(),
            "data": { "set": set.name, "first": 0, "count": set.images },
            "attack": { "pgd": { "norm": "linf", "epsilon": set.epsilon, "step_size": set.step_size, "steps": STEPS, "random_start": false } },
            "keep_examples": 0,
        })
    }
}

/// Where the results lie.
pub fn results() -> PathBuf {
    place::root().join("docs/reproduction/networks")
}

/// Runs every network, unless its result is there and holds, and writes the table.
pub fn compute(data: &Path, maker: &Maker) -> Result<()> {
    let results = results();
    for network in &NETWORKS {
        network.register(data)?;
        let path = results.join(format!("{}.json", network.id()));
        cell::compute(&path, &network.id(), &network.spec(), maker)?;
    }
    write(&results)
}

/// Puts the table of what is there into the page.
pub fn write(results: &Path) -> Result<()> {
    let path = place::root().join("docs/reproduction.md");
    let page = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut text = "| network | trained | images, ε | clean | robust | flipped | first flip, median | peak at the flip or one step before | below the clean value at the end | peak over clean, median |\n|---|---|---|---|---|---|---|---|---|---|\n".to_owned();
    for network in &NETWORKS {
        let known = read(&results.join(format!("{}.json", network.id())));
        if let Some(known) = known {
            text.push_str(&row(network, &known["result"]["summary"]));
        }
    }
    let page = table::put(&page, MARK, &text)
        .with_context(|| format!("{} has no mark {MARK}, or no end of it", path.display()))?;
    std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}: up to date", path.display());
    Ok(())
}

fn row(network: &Network, summary: &Value) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "| {} | {} | {} of {}, {} | {} | {} | {} | {} | {} | {} | {} |",
        network.title,
        match network.adversarially {
            true => "against attacks or with bounds",
            false => "standard",
        },
        summary["begun"],
        network.set.name,
        network.set.epsilon,
        percent(&summary["clean_accuracy"]["share"]),
        percent(&summary["robust_accuracy"]["share"]),
        summary["flipped"]["hits"],
        number(&summary["first_flip"]["median"]),
        rate(&summary["peak_at_flip"]),
        rate(&summary["in_valley"]),
        number(&summary["peak_over_clean"]["median"]),
    );
    text
}

/// A share with its interval, where there is something to count.
fn rate(rate: &Value) -> String {
    match (&rate["low"], &rate["high"]) {
        _ if rate["n"] == 0 => "–".to_owned(),
        (low, high) => format!(
            "{} ({} to {})",
            percent(&rate["share"]),
            percent(low).trim_end_matches(" %"),
            percent(high).trim_end_matches(" %"),
        ),
    }
}

fn number(value: &Value) -> String {
    value.as_f64().map_or_else(
        || "–".to_owned(),
        |value| match value.fract() == 0.0 {
            true => format!("{value:.0}"),
            false => format!("{value:.1}"),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_network_has_a_name_of_its_own() {
        let names: BTreeSet<String> = NETWORKS.iter().map(Network::id).collect();
        assert_eq!(names.len(), NETWORKS.len(), "{names:?}");
        let plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        assert!(names.iter().all(plain), "{names:?}");
    }

    #[test]
    fn what_cannot_be_counted_is_a_dash() {
        let none = json!({ "n": 0, "share": null, "low": null, "high": null });
        assert_eq!(rate(&none), "–");
        let half = json!({ "n": 2, "share": 0.5, "low": 0.25, "high": 0.75 });
        assert_eq!(rate(&half), "50.0 % (25.0 to 75.0)");
        assert_eq!(
            (number(&json!(3.0)), number(&json!(null))),
            ("3".into(), "–".into())
        );
    }
}
