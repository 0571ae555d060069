//! Networks of PyTorch, torchvision and timm, with weights by formula, are recognised by the names and shapes of their tensors,
//! and compute the numbers that `golden/twins.py` has of them.

use super::hollow::hollow;
use super::*;
use crate::model::{Found, Wanted, load_bytes, recognise};
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;
use tch::{Device, Kind, Tensor};
use valleyscope_tests::data;

/// What `golden/twins.py` writes of a network.
#[derive(Deserialize)]
struct Twin {
    tensors: Vec<(String, Vec<usize>)>,
    #[serde(flatten)]
    golden: Golden,
}

/// What PyTorch computes of it.
#[derive(Deserialize)]
pub(super) struct Golden {
    pub input: [i64; 3],
    logits: Vec<Vec<f64>>,
    loss: f64,
    gradient: Gradient,
}

#[derive(Deserialize)]
struct Gradient {
    norm: f64,
    along: Vec<f64>,
}

/// A network's file, its family, and what of its untold options is right.
type Entry = (&'static str, &'static str, &'static [[&'static str; 2]]);

const ALL: &[Entry] = &[
    (
        "chenyaofo-mobilenetv2-x0-5",
        "mobilenet",
        &[["stem", "small"]],
    ),
    ("chenyaofo-resnet20", "resnet", &[]),
    (
        "chenyaofo-shufflenetv2-x0-5",
        "shufflenet",
        &[["stem", "small"]],
    ),
    ("chenyaofo-vgg11-bn", "vgg", &[]),
    (
        "efficientnet-lite0",
        "efficientnet_lite",
        &[["padding", "same"]],
    ),
    ("kuangliu-densenet-cifar", "densenet", &[]),
    ("kuangliu-mobilenetv2", "mobilenet", &[]),
    (
        "kuangliu-preact-resnet18",
        "preact_resnet",
        &[["projection", "normed"]],
    ),
    ("kuangliu-resnet18", "deep_resnet", &[["pool", "no"]]),
    ("kuangliu-resnet50", "deep_resnet", &[["pool", "no"]]),
    ("kuangliu-vgg11", "vgg", &[]),
    (
        "plain-cnn-a",
        "plain",
        &[
            ["activation", "relu"],
            ["strides", "2,2"],
            ["paddings", "1,1"],
        ],
    ),
    (
        "plain-cnn-a-sigmoid",
        "plain",
        &[
            ["activation", "sigmoid"],
            ["strides", "2,2"],
            ["paddings", "1,1"],
        ],
    ),
    ("plain-mlp", "plain", &[["activation", "relu"]]),
    (
        "smmk47-vit",
        "vit_layer_norm",
        &[["heads", "3"], ["activation", "relu"], ["norms", "last"]],
    ),
    (
        "smmk47-vit-gelu",
        "vit_layer_norm",
        &[["heads", "3"], ["activation", "gelu"], ["norms", "last"]],
    ),
    (
        "smmk47-vit-norm-first",
        "vit_layer_norm",
        &[["heads", "3"], ["activation", "relu"], ["norms", "first"]],
    ),
    (
        "timm-tf-efficientnet-lite0",
        "efficientnet_lite",
        &[["padding", "same"]],
    ),
    ("timm-vit", "vit_layer_norm", &[["heads", "3"]]),
    ("timm-vit-avg", "vit_layer_norm", &[["heads", "3"]]),
    ("torchvision-densenet121", "densenet", &[]),
    ("torchvision-densenet121-64", "densenet", &[]),
    (
        "torchvision-mobilenet_v2",
        "mobilenet",
        &[["stem", "large"]],
    ),
    ("torchvision-resnet18", "deep_resnet", &[]),
    ("torchvision-resnet18-64", "deep_resnet", &[]),
    ("torchvision-resnet34", "deep_resnet", &[]),
    ("torchvision-resnet50", "deep_resnet", &[]),
    ("torchvision-resnext50_32x4d", "deep_resnet", &[]),
    (
        "torchvision-shufflenet_v2_x0_5",
        "shufflenet",
        &[["stem", "large"]],
    ),
    ("torchvision-squeezenet1_0", "squeezenet", &[]),
    ("torchvision-squeezenet1_1", "squeezenet", &[]),
    ("torchvision-squeezenet1_1-64", "squeezenet", &[]),
    ("torchvision-vgg11", "vgg", &[]),
    ("torchvision-vgg11-64", "vgg", &[]),
    ("torchvision-vgg11_bn", "vgg", &[]),
    ("torchvision-vit", "vit_layer_norm", &[["heads", "3"]]),
    ("torchvision-wide_resnet50_2", "deep_resnet", &[]),
    ("wrn-16-2", "wide_resnet", &[]),
    ("wrn-28-4", "wide_resnet", &[]),
];

/// Of networks with more numbers than these, which take minutes and some of them gigabytes, names and shapes are looked at; the numbers too where
/// this variable is set, as `cargo xtask evaluate --networks` does.
pub(super) const FEW: usize = 6_000_000;
const LARGE: &str = "VALLEYSCOPE_LARGE_NETWORKS";

/// Whether the large ones are wanted too.
pub(super) fn large() -> bool {
    std::env::var_os(LARGE).is_some()
}

/// The `i`-th number of tensor `j`, in [0, 1): splitmix64's end, as the script has it.
fn drawn(j: u64, i: u64) -> f64 {
    let mut z = (j << 32).wrapping_add(i);
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    (z >> 11) as f64 * 2f64.powi(-53)
}

fn numbers(j: u64, count: usize) -> impl Iterator<Item = f64> {
    (0..count as u64).map(move |i| drawn(j, i))
}

/// A parameter by its name and shape.
pub(super) fn parameter(j: usize, name: &str, shape: &[usize]) -> Vec<f64> {
    let fan_in: usize = shape.iter().skip(1).product();
    let is_weight = name.ends_with("weight") || name.ends_with("gamma");
    let count = shape.iter().product();
    let by = |change: fn(f64) -> f64| numbers(j as u64, count).map(change).collect();
    match shape.len() {
        _ if name.ends_with("running_var") => by(|u| 1.0 + u),
        _ if name.ends_with("running_mean") => by(|u| 0.2 * (u - 0.5)),
        2.. if name.ends_with("weight") => {
            let bound = (6.0 / fan_in as f64).sqrt();
            let all = numbers(j as u64, count);
            all.map(|u| (2.0 * u - 1.0) * bound).collect()
        }
        1 if is_weight => by(|u| 0.5 + u),
        _ => by(|u| 0.5 * u),
    }
}

impl Twin {
    fn read(name: &str) -> Self {
        let file = data::golden(&format!("twins/{name}.json"));
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    }

    fn size(&self) -> usize {
        let tensors = self.tensors.iter();
        tensors
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }

    /// The state dict in f64; of zeros without numbers.
    fn file(&self) -> Vec<u8> {
        let tensors: Vec<(&str, Dtype, Vec<usize>, Vec<u8>)> = (self.tensors.iter().enumerate())
            .map(|(j, (name, shape))| {
                if name.ends_with("num_batches_tracked") {
                    return (name.as_str(), Dtype::I64, shape.clone(), vec![0; 8]);
                }
                let numbers = parameter(j, name, shape).into_iter();
                let bytes = numbers.flat_map(f64::to_le_bytes).collect();
                (name.as_str(), Dtype::F64, shape.clone(), bytes)
            })
            .collect();
        let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
            (
                *name,
                TensorView::new(*dtype, shape.clone(), bytes).unwrap(),
            )
        });
        safetensors::serialize(views, None).unwrap()
    }

    /// A header alone.
    fn hollow(&self, path: &Path) {
        let sizes = |shape: &Vec<usize>| shape.iter().map(|size| *size as u64).collect();
        let tensors = self.tensors.iter();
        hollow(
            path,
            tensors.map(|(name, shape)| (name.as_str(), sizes(shape))),
        );
    }
}

impl Golden {
    fn images(&self) -> Tensor {
        let [channels, height, width] = self.input;
        let count = 2 * channels * height * width;
        let pixels: Vec<f64> = numbers(1_000_000, count as usize).collect();
        Tensor::from_slice(&pixels).view([2, channels, height, width])
    }
}

/// The one network that a file is, with what is right of its untold options.
fn found(path: &Path, twin: &Twin, assumed: &[[&str; 2]]) -> Found {
    let wanted = Wanted {
        input_shape: Some(twin.golden.input),
        assumed: assumed
            .iter()
            .map(|pair| pair.map(str::to_owned).into())
            .collect(),
        ..Wanted::default()
    };
    recognise(path, &wanted).unwrap().remove(0)
}

/// Every file is one family's, which needs each of its tensors and no other.
#[test]
fn every_network_is_one_familys() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("hollow.safetensors");
    for (name, family, assumed) in ALL {
        let twin = Twin::read(name);
        twin.hollow(&path);
        let all = recognise(&path, &Wanted::default());
        let all = all.unwrap_or_else(|error| panic!("{name}: {error}"));
        let families = all.iter().map(|found| found.architecture.family_key());
        assert!(
            families.clone().all(|key| key == *family),
            "{name}: {:?}",
            families.collect::<Vec<_>>()
        );
        let one = found(&path, &twin, assumed);
        assert_eq!(one.classes as usize, twin.golden.logits[0].len(), "{name}");
    }
}

/// The graph repeats PyTorch's f64 sums in another order: layers of thousands of products, dozens deep, leave less than 1e-10; in f32 a
/// sum of n products errs by √n · 6e-8, which a hundred layers carry to 1e-5 of the largest logit, and gradients to 1e-4.
fn computes_what_pytorch_computes(name: &str, assumed: &[[&str; 2]]) {
    let twin = Twin::read(name);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("twin.safetensors");
    twin.hollow(&path);
    let found = found(&path, &twin, assumed);
    let card = found
        .card(name, Normalisation::default())
        .to_json()
        .unwrap();
    compares(name, &card, &twin.file(), &twin.golden);
}

/// Compares a network with what PyTorch computes of it.
pub(super) fn compares(name: &str, card: &str, file: &[u8], golden: &Golden) {
    for (kind, of_logits, of_gradient) in [(Kind::Double, 1e-10, 1e-9), (Kind::Float, 1e-5, 1e-4)] {
        let loaded = load_bytes(card, file, Device::Cpu, kind).unwrap();
        let x = golden.images().set_requires_grad(true);
        let logits = loaded
            .model
            .forward(&x)
            .unwrap()
            .logits
            .to_kind(Kind::Double);
        let expected = Tensor::from_slice(&golden.logits.concat()).view_as(&logits);
        let scale = known::largest(&expected).max(1.0);
        let apart = known::largest(&(&logits - expected)) / scale;
        assert!(
            apart < of_logits,
            "{name} {kind:?}: logits are {apart:e} apart"
        );
        let labels = Tensor::from_slice(&[0i64, 1]);
        let loss =
            logits.cross_entropy_loss::<Tensor>(&labels, None, tch::Reduction::Sum, -100, 0.0);
        let apart = (loss.double_value(&[]) - golden.loss).abs() / scale;
        assert!(
            apart < of_logits * 10.0,
            "{name} {kind:?}: losses are {apart:e} apart"
        );
        let gradient = Tensor::run_backward(&[loss], &[&x], false, false).remove(0);
        let gradient = gradient.to_kind(Kind::Double).flatten(0, -1);
        let norm = gradient.norm().double_value(&[]);
        assert!(
            (norm - golden.gradient.norm).abs() <= of_gradient * golden.gradient.norm,
            "{name} {kind:?}: gradients of norms {norm} and {}",
            golden.gradient.norm
        );
        for (k, told) in golden.gradient.along.iter().enumerate() {
            let way: Vec<f64> = numbers(1_000_001 + k as u64, gradient.numel()).collect();
            let way = Tensor::from_slice(&way) * 2.0 - 1.0;
            let along = gradient.dot(&way).double_value(&[]);
            let apart =
                (along - told).abs() / (way.norm().double_value(&[]) * golden.gradient.norm);
            assert!(
                apart < of_gradient,
                "{name} {kind:?} {k}: {along} and {told}"
            );
        }
        println!("{name} {kind:?}: logits {apart:.1e}");
    }
}

#[test]
fn networks_compute_what_pytorch_computes() {
    let most = match large() {
        true => usize::MAX,
        false => FEW,
    };
    for (name, _, assumed) in ALL {
        if Twin::read(name).size() <= most {
            computes_what_pytorch_computes(name, assumed);
        }
    }
}
