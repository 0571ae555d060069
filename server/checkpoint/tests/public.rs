//! Checkpoints that others published are read whole.

use std::path::PathBuf;
use valleyscope_checkpoint::convert;
use valleyscope_tests::data;

/// A file, what it is, its networks with how many tensors each has, and one thing that it says of itself.
type Entry = (
    &'static str,
    &'static str,
    &'static [(&'static str, usize)],
    Option<[&'static str; 2]>,
);

const ZIP: &str = "PyTorch, zip archive";
const OLD: &str = "PyTorch, pickles in a row (before version 1.6)";

const ALL: &[Entry] = &[
    (
        "checkpoints/abcrown-cifar10-wide-adv.pth",
        ZIP,
        &[("", 17)],
        None,
    ),
    (
        "checkpoints/abcrown-mnist-madrycnn-tiny.pt",
        ZIP,
        &[("", 8)],
        None,
    ),
    ("checkpoints/ccexam-mnist.pth", ZIP, &[("", 8)], None),
    ("checkpoints/ccexam-svhn.pth", ZIP, &[("", 46)], None),
    (
        "checkpoints/cifar10-resnet20-kejeon.ckpt.pth",
        ZIP,
        &[("net.module", 116)],
        Some(["acc", "92.12"]),
    ),
    (
        "checkpoints/convex-cifar10-l2-small-36px.pth",
        OLD,
        &[("state_dict", 16), ("state_dict.0", 8), ("state_dict.1", 8)],
        Some(["epoch", "17"]),
    ),
    (
        "checkpoints/convex-cifar10-small-8px.pth",
        OLD,
        &[
            ("state_dict", 24),
            ("state_dict.0", 8),
            ("state_dict.1", 8),
            ("state_dict.2", 8),
        ],
        Some(["epoch", "20"]),
    ),
    (
        "checkpoints/convex-fashion_mnist.pth",
        OLD,
        &[("", 8)],
        None,
    ),
    (
        "checkpoints/eran-cifar10-conv-small-sigmoid.pth",
        ZIP,
        &[("state_dict", 8)],
        Some(["best_sa", "64.08"]),
    ),
    (
        "checkpoints/imagenet-efficientnet_lite0.pth",
        OLD,
        &[("", 296)],
        None,
    ),
    (
        "checkpoints/oval-cifar10-base.pth",
        OLD,
        &[("state_dict.0", 8)],
        Some(["epoch", "109"]),
    ),
    (
        "weights/cifar10-cnn_a-mix-abcrown/cifar_cnn_a_mix.model",
        ZIP,
        &[("", 8)],
        None,
    ),
    (
        "weights/cifar10-resnet20-akamaster/resnet20-12fca82f.th",
        OLD,
        &[("state_dict.module", 97)],
        None,
    ),
    (
        "weights/cifar10-resnet20-chenyaofo/cifar10_resnet20-4118986f.pt",
        ZIP,
        &[("", 128)],
        None,
    ),
    (
        "weights/cifar10-resnet20-pgdat-fanghenshao/CIFAR10-resnet20-adv.pth",
        OLD,
        &[("state_dict", 116)],
        None,
    ),
    (
        "weights/cifar10-resnet20-std-fanghenshao/CIFAR10-resnet20.pth",
        OLD,
        &[("state_dict", 116)],
        None,
    ),
    (
        "weights/cifar10-resnet4b-adv2-abcrown/resnet4b.pth",
        ZIP,
        &[("state_dict", 26)],
        None,
    ),
    (
        "weights/cifar10-resnet56-akamaster/resnet56-4bfd9763.th",
        OLD,
        &[("state_dict.module", 277)],
        None,
    ),
    (
        "weights/cifar10-resnet56-chenyaofo/cifar10_resnet56-187c023a.pt",
        ZIP,
        &[("", 344)],
        None,
    ),
    (
        "weights/cifar10-shufflenetv2_x0_5-chenyaofo/cifar10_shufflenetv2_x0_5-1308b4e9.pt",
        ZIP,
        &[("", 338)],
        None,
    ),
    (
        "weights/cifar10-vit-p4d128L6-smmk47/vit_cifar10.pth",
        ZIP,
        &[("", 80)],
        None,
    ),
    (
        "weights/mnist-lenet5-clean-advertorch/mnist_lenet5_clntrained.pt",
        OLD,
        &[("", 8)],
        None,
    ),
    (
        "weights/mnist-lenet5-pgdat0.3-advertorch/mnist_lenet5_advtrained.pt",
        OLD,
        &[("", 8)],
        None,
    ),
];

/// The folder of public data, where it is all there.
fn folder() -> Option<PathBuf> {
    let folders = ALL.iter().map(|(file, ..)| data::with([*file]));
    let folders: Vec<Option<PathBuf>> = folders.collect();
    folders
        .into_iter()
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .next()
}

#[test]
fn every_published_checkpoint_is_read_whole() {
    let Some(folder) = folder() else {
        return;
    };
    for (file, kind, networks, fact) in ALL {
        let place = tempfile::tempdir().unwrap();
        let contents = convert(&folder.join(file), place.path());
        let contents = contents.unwrap_or_else(|error| panic!("{file}: {error}"));
        println!("{file}: {:?}", contents.passed_over);
        let found = contents.networks.iter();
        let found: Vec<(&str, usize)> = found
            .map(|network| (network.label.as_str(), network.tensors))
            .collect();
        assert_eq!(found, *networks, "{file}");
        assert_eq!(contents.kind, *kind, "{file}");
        if let Some([name, value]) = fact {
            let says = contents
                .facts
                .iter()
                .any(|(own, text)| own == name && text == value);
            assert!(says, "{file}: {:?}", contents.facts);
        }
    }
}

/// A file, the part of it that is looked at, and some of the modules without parameters that it names.
const MODULES: &[(&str, usize, &[&str])] = &[
    (
        "checkpoints/cifar10-resnet20-kejeon.ckpt.pth",
        0,
        &["layer1.0.shortcut", "layer3.2.shortcut"],
    ),
    (
        "checkpoints/convex-cifar10-l2-small-36px.pth",
        1,
        &["1", "3", "4", "6"],
    ),
    (
        "weights/cifar10-resnet20-std-fanghenshao/CIFAR10-resnet20.pth",
        0,
        &["avgpool", "stage_2.0.downsample.avg"],
    ),
    (
        "weights/mnist-lenet5-clean-advertorch/mnist_lenet5_clntrained.pt",
        0,
        &["maxpool1", "maxpool2", "relu1", "relu2", "relu3"],
    ),
    (
        "weights/cifar10-resnet20-akamaster/resnet20-12fca82f.th",
        0,
        &[],
    ),
];

#[test]
fn modules_without_parameters_are_named_as_in_their_network() {
    let Some(folder) = folder() else {
        return;
    };
    for (file, part, names) in MODULES {
        let place = tempfile::tempdir().unwrap();
        let contents = convert(&folder.join(file), place.path()).unwrap();
        let found = &contents.networks[*part].modules;
        let named = |name: &&str| found.iter().any(|own| own == name);
        assert!(names.iter().all(named), "{file}: {found:?}");
        assert_eq!(names.is_empty(), found.is_empty(), "{file}: {found:?}");
    }
}

/// The safetensors files beside the originals were written by PyTorch, of the same tensors.
#[test]
fn tensors_are_those_that_pytorch_reads() {
    let Some(folder) = folder() else {
        return;
    };
    for (file, ..) in ALL.iter().filter(|(file, ..)| file.starts_with("weights/")) {
        let place = tempfile::tempdir().unwrap();
        let contents = convert(&folder.join(file), place.path()).unwrap();
        let written = std::fs::read(place.path().join(&contents.networks[0].file)).unwrap();
        let beside = folder.join(file).with_file_name("model.safetensors");
        let beside = std::fs::read(beside).unwrap();
        let [written, beside] =
            [&written, &beside].map(|bytes| safetensors::SafeTensors::deserialize(bytes).unwrap());
        for (name, tensor) in beside.iter() {
            // Counters of batches were added where an old file has none.
            match written.tensor(name) {
                Ok(own) => assert_eq!(own, tensor, "{file}: {name}"),
                Err(_) => assert!(name.ends_with("num_batches_tracked"), "{file}: {name}"),
            }
        }
        assert!(
            written.iter().all(|(name, _)| beside.tensor(name).is_ok()),
            "{file}"
        );
    }
}
