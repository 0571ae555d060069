//! Six public networks give the logits that PyTorch gives.

use super::*;
use crate::model::{LoadedModel, load_bytes};
use tch::{Device, Kind, Tensor};

const CASES: [(&str, i64, Shortcut); 6] = [
    ("cifar10-resnet20-akamaster", 20, Shortcut::Both),
    ("cifar10-resnet56-akamaster", 56, Shortcut::Both),
    ("cifar10-resnet20-std-fanghenshao", 20, Shortcut::After),
    ("cifar10-resnet20-pgdat-fanghenshao", 20, Shortcut::After),
    ("cifar10-resnet20-chenyaofo", 20, Shortcut::Conv),
    ("cifar10-resnet56-chenyaofo", 56, Shortcut::Conv),
];

pub(super) fn expected(folder: &str) -> serde_json::Value {
    let path = shared_data()
        .join("weights")
        .join(folder)
        .join("expected.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn open(folder: &str, depth: i64, shortcut: Shortcut, kind: Kind) -> LoadedModel {
    let expected = expected(folder);
    let numbers =
        |key: &str| serde_json::from_value(expected["normalisation"][key].clone()).unwrap();
    let card = resnet(
        depth,
        shortcut,
        Normalisation {
            mean: numbers("mean"),
            std: numbers("std"),
        },
    );
    let bytes = std::fs::read(weights(folder)).unwrap();
    load_bytes(&card.to_json().unwrap(), &bytes, Device::Cpu, kind).unwrap()
}

/// The largest difference to the golden logits of test images 0 to 7.
fn golden_difference(folder: &str, depth: i64, shortcut: Shortcut, kind: Kind) -> f64 {
    let loaded = open(folder, depth, shortcut, kind);
    let expected = expected(folder);
    assert_eq!(
        loaded.parameters as u64,
        expected["params"].as_u64().unwrap(),
        "{folder}"
    );
    let golden: Vec<Vec<f64>> =
        serde_json::from_value(expected["golden_logits_first8"].clone()).unwrap();
    let indices: Vec<usize> = (0..8).collect();
    let (x, _) = crate::data::batch(cifar10_test().as_ref(), &indices, Device::Cpu, kind).unwrap();
    let logits = loaded
        .model
        .forward(&x)
        .unwrap()
        .logits
        .to_kind(Kind::Double);
    let golden = Tensor::from_slice(&golden.concat()).view([8, 10]);
    (logits - golden).abs().max().double_value(&[])
}

#[test]
fn golden_logits_of_six_public_resnets_are_met() {
    for (folder, depth, shortcut) in CASES {
        for kind in [Kind::Float, Kind::Double] {
            // The golden logits carry five decimals and come from unfolded f32 networks; ten
            // times the rounding of logits around 30 is below this.
            let difference = golden_difference(folder, depth, shortcut, kind);
            assert!(difference < 1e-3, "{folder} {kind:?}: {difference}");
        }
    }
}

#[test]
fn the_wrong_parameter_free_shortcut_loads_and_misses_the_golden_logits() {
    let difference = golden_difference(
        "cifar10-resnet20-akamaster",
        20,
        Shortcut::After,
        Kind::Float,
    );
    assert!(difference > 1.0, "{difference}");
    let difference = golden_difference(
        "cifar10-resnet20-std-fanghenshao",
        20,
        Shortcut::Both,
        Kind::Float,
    );
    assert!(difference > 1.0, "{difference}");
}

#[test]
fn clean_accuracy_on_the_lossless_test_images_is_the_published_one() {
    let set = cifar10_test();
    let loaded = open(
        "cifar10-resnet20-akamaster",
        20,
        Shortcut::Both,
        Kind::Float,
    );
    let _guard = tch::no_grad_guard();
    let mut right = 0;
    for first in (0..1017).step_by(113) {
        let indices: Vec<usize> = (first..first + 113).collect();
        let (x, labels) =
            crate::data::batch(set.as_ref(), &indices, Device::Cpu, Kind::Float).unwrap();
        let hits = loaded
            .model
            .forward(&x)
            .unwrap()
            .logits
            .argmax(1, false)
            .eq_tensor(&labels);
        right += hits.sum(Kind::Int64).int64_value(&[]);
    }
    // expected.json: 0.9164 of 1017 images.
    assert_eq!(right, 932);
}

#[test]
fn logits_are_the_head_applied_to_the_features() {
    let loaded = open(
        "cifar10-resnet20-chenyaofo",
        20,
        Shortcut::Conv,
        Kind::Double,
    );
    let (x, _) =
        crate::data::batch(cifar10_test().as_ref(), &[3, 4], Device::Cpu, Kind::Double).unwrap();
    let forward = loaded.model.forward(&x).unwrap();
    assert_eq!(forward.features.size(), [2, 64]);
    let head = loaded.model.head();
    let again = forward.features.matmul(&head.weight.tr()) + head.bias;
    // Sums of 64 products in f64.
    assert!((again - forward.logits).abs().max().double_value(&[]) < 1e-12);
}

#[test]
fn losses_in_f64_are_pytorchs_to_all_printed_digits() {
    let path = shared_data().join("../vectors/cifar10_resnet20_pgd10_f64.json");
    let golden: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let golden: Vec<f64> = serde_json::from_value(golden["trajectory"]["loss"][0].clone()).unwrap();
    let loaded = open(
        "cifar10-resnet20-akamaster",
        20,
        Shortcut::Both,
        Kind::Double,
    );
    let indices: Vec<usize> = (0..golden.len()).collect();
    let (x, labels) =
        crate::data::batch(cifar10_test().as_ref(), &indices, Device::Cpu, Kind::Double).unwrap();
    let logits = loaded.model.forward(&x).unwrap().logits;
    let losses =
        logits.cross_entropy_loss::<Tensor>(&labels, None, tch::Reduction::None, -100, 0.0);
    let losses = Vec::<f64>::try_from(losses).unwrap();
    for (loss, golden) in losses.into_iter().zip(golden) {
        // Twelve digits are printed, and log-softmax loses an absolute 1e-15 where the loss is small.
        assert!(
            (loss - golden).abs() <= 1e-11 * golden + 1e-14,
            "{loss} {golden}"
        );
    }
}
