//! The public data sets that are known, by name.
//!
//! Each size and SHA-256 is the one of TensorFlow Datasets (`tensorflow_datasets/url_checksums/NAME.txt` in its repository).
//! What confirms it elsewhere stands above each set.

use crate::error::{Error, Result};
use crate::set::{PublicFile, PublicSet, Unpack};

/// All sets, in the order in which they are listed.
pub fn known() -> Vec<PublicSet> {
    vec![
        cifar10(),
        cifar100(),
        mnist(),
        fashion_mnist(),
        kmnist(),
        svhn(),
        cifar10_c(),
        cifar100_c(),
    ]
}

/// The set with a name.
///
/// # Errors
/// [`Error::Unknown`] lists those that are known.
pub fn find(name: &str) -> Result<PublicSet> {
    let sets = known();
    let names = sets.iter().map(|set| set.name.clone()).collect();
    let found = sets.into_iter().find(|set| set.name == name);
    found.ok_or_else(|| Error::Unknown {
        name: name.to_owned(),
        known: names,
    })
}

// The site's own page has the MD5 c32a1d4ab5d03f1284b67883e8d87530 of the binary version;
// MLDatasets.jl has the SHA-256 too.
fn cifar10() -> PublicSet {
    let inside = |name: &str| format!("cifar-10-batches-bin/{name}");
    let train: Vec<_> = (1..=5)
        .map(|number| inside(&format!("data_batch_{number}.bin")))
        .collect();
    let test = vec![inside("test_batch.bin")];
    let entries = [&train[..], &test, &[inside("batches.meta.txt")]].concat();
    PublicSet {
        name: "cifar10".to_owned(),
        title: "CIFAR-10".to_owned(),
        terms: "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images; no licence is stated, and the report is to be cited.".to_owned(),
        files: vec![archive(
            "https://www.cs.toronto.edu/~kriz/",
            "cifar-10-binary.tar.gz",
            170_052_171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            Unpack { entries, most: 190_000_000 },
        )],
        train,
        test,
        flags: Vec::new(),
    }
}

// The site's own page has the MD5 03b5dce01913d631647c71ecec9e9cb8 of the binary version;
// torchvision-ruby has the SHA-256 too.
fn cifar100() -> PublicSet {
    let inside = |name: &str| format!("cifar-100-binary/{name}");
    let names = [
        "train.bin",
        "test.bin",
        "fine_label_names.txt",
        "coarse_label_names.txt",
    ];
    let entries = names.map(inside).to_vec();
    PublicSet {
        name: "cifar100".to_owned(),
        title: "CIFAR-100".to_owned(),
        terms: "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images; no licence is stated, and the report is to be cited.".to_owned(),
        files: vec![archive(
            "https://www.cs.toronto.edu/~kriz/",
            "cifar-100-binary.tar.gz",
            168_513_733,
            "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
            Unpack { entries, most: 190_000_000 },
        )],
        train: vec![inside("train.bin")],
        test: vec![inside("test.bin")],
        flags: Vec::new(),
    }
}

// torchvision-ruby has the same SHA-256; torchvision has both addresses and the MD5s.
fn mnist() -> PublicSet {
    let bases = [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ];
    idx(
        "mnist",
        "MNIST",
        "LeCun, Cortes and Burges 1998, The MNIST database of handwritten digits; Creative Commons Attribution-ShareAlike 3.0.",
        &bases,
        [
            (
                9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            ),
            (
                28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            ),
            (
                1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            ),
            (
                4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ),
        ],
        "mnist",
    )
}

// Flux.jl and torchvision-ruby have the same SHA-256; torchvision and the set's own page have the MD5s.
fn fashion_mnist() -> PublicSet {
    idx(
        "fashion-mnist",
        "Fashion-MNIST",
        "Xiao, Rasul and Vollgraf 2017, Zalando SE; MIT licence.",
        &["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
        [
            (
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            ),
            (
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            ),
            (
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            (
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ],
        "fashion_mnist",
    )
}

// torchvision-ruby has the same SHA-256; torchvision has the MD5s.
fn kmnist() -> PublicSet {
    let bases = [
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ];
    idx(
        "kmnist",
        "Kuzushiji-MNIST",
        "Clanuwat and others 2018, ROIS-DS Center for Open Data in the Humanities; Creative Commons Attribution-ShareAlike 4.0.",
        &bases,
        [
            (
                18_165_135,
                "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            ),
            (
                29_497,
                "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            ),
            (
                3_041_136,
                "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            ),
            (
                5_120,
                "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
            ),
        ],
        "kmnist",
    )
}

// torchvision's prototype data sets have the same SHA-256; torchvision has the MD5s.
fn svhn() -> PublicSet {
    let base = ["http://ufldl.stanford.edu/housenumbers/"];
    PublicSet {
        name: "svhn".to_owned(),
        title: "SVHN".to_owned(),
        terms: "Netzer and others 2011, Reading Digits in Natural Images with Unsupervised Feature Learning; for non-commercial use only.".to_owned(),
        files: vec![
            file(
                &base,
                "train_32x32.mat",
                182_040_794,
                "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
            ),
            file(
                &base,
                "test_32x32.mat",
                64_275_384,
                "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
            ),
        ],
        train: vec!["train_32x32.mat".to_owned()],
        test: vec!["test_32x32.mat".to_owned()],
        flags: Vec::new(),
    }
}

// Zenodo's record and many that load the set have the MD5 56bf5dcef84df0e2308c6dcbcbbd8499 for this length.
fn cifar10_c() -> PublicSet {
    corrupted(
        "cifar10-c",
        "CIFAR-10-C",
        "https://zenodo.org/records/2535967/files/",
        2_918_471_680,
        "c72763e101c723b7c507b96205f7e938912a5d587376173b825850cf3cb876a7",
    )
}

// The SHA-256 was found in TensorFlow Datasets alone; for this length,
// Zenodo's record and many that load the set have the MD5 11f0ed0f1191edbf9fa23466ae6021d3.
fn cifar100_c() -> PublicSet {
    corrupted(
        "cifar100-c",
        "CIFAR-100-C",
        "https://zenodo.org/records/3555552/files/",
        2_918_473_216,
        "30ee6543a1bfd049fa33834b7c1ada301e7064b7fbe8fc38340eb8b62ced4b33",
    )
}

/// The arrays of both corrupted sets: nineteen corruptions and the labels.
const CORRUPTED: [&str; 20] = [
    "brightness",
    "contrast",
    "defocus_blur",
    "elastic_transform",
    "fog",
    "frost",
    "gaussian_blur",
    "gaussian_noise",
    "glass_blur",
    "impulse_noise",
    "jpeg_compression",
    "labels",
    "motion_blur",
    "pixelate",
    "saturate",
    "shot_noise",
    "snow",
    "spatter",
    "speckle_noise",
    "zoom_blur",
];

fn corrupted(name: &str, title: &str, base: &str, size: u64, sha256: &str) -> PublicSet {
    let entries = CORRUPTED.map(|array| format!("{title}/{array}.npy"));
    let unpack = Unpack {
        entries: entries.to_vec(),
        // The archive is not compressed.
        most: size,
    };
    PublicSet {
        name: name.to_owned(),
        title: title.to_owned(),
        terms: "Hendrycks and Dietterich 2019, Benchmarking Neural Network Robustness to Common Corruptions and Perturbations; Creative Commons Attribution 4.0.".to_owned(),
        files: vec![archive(base, &format!("{title}.tar"), size, sha256, unpack)],
        train: Vec::new(),
        test: vec![title.to_owned()],
        flags: Vec::new(),
    }
}

/// Images and labels for training, then for testing, as MNIST has them.
fn idx(
    name: &str,
    title: &str,
    terms: &str,
    bases: &[&str],
    facts: [(u64, &str); 4],
    kind: &str,
) -> PublicSet {
    let names = [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ];
    let files = names.iter().zip(facts);
    PublicSet {
        name: name.to_owned(),
        title: title.to_owned(),
        terms: terms.to_owned(),
        files: files
            .map(|(name, (size, sha256))| file(bases, name, size, sha256))
            .collect(),
        train: names[..2].iter().map(ToString::to_string).collect(),
        test: names[2..].iter().map(ToString::to_string).collect(),
        flags: vec!["--kind".to_owned(), kind.to_owned()],
    }
}

fn file(bases: &[&str], name: &str, size: u64, sha256: &str) -> PublicFile {
    PublicFile {
        name: name.to_owned(),
        addresses: bases.iter().map(|base| format!("{base}{name}")).collect(),
        size,
        sha256: sha256.to_owned(),
        unpack: None,
    }
}

fn archive(base: &str, name: &str, size: u64, sha256: &str, unpack: Unpack) -> PublicFile {
    PublicFile {
        unpack: Some(unpack),
        ..file(&[base], name, size, sha256)
    }
}
