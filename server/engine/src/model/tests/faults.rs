//! Every tensor is accounted for, and no file makes the loader panic.

use super::*;
use crate::error::{Error, WeightFaults};
use crate::model::load_bytes;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use std::collections::BTreeMap;
use tch::{Device, Kind};

pub(super) type Tensors = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

const RESNET: &str = "resnet14-both";

fn file() -> Vec<u8> {
    std::fs::read(weights(RESNET)).unwrap()
}

/// The weights of a small network with a change.
pub(super) fn changed(name: &str, change: impl FnOnce(&mut Tensors)) -> Vec<u8> {
    let bytes = std::fs::read(weights(name)).unwrap();
    let mut tensors: Tensors = SafeTensors::deserialize(&bytes)
        .unwrap()
        .iter()
        .map(|(name, view)| {
            (
                name.to_owned(),
                (view.dtype(), view.shape().to_vec(), view.data().to_vec()),
            )
        })
        .collect();
    change(&mut tensors);
    let views = tensors.iter().map(|(name, (dtype, shape, data))| {
        (
            name.as_str(),
            TensorView::new(*dtype, shape.clone(), data).unwrap(),
        )
    });
    safetensors::serialize(views, None).unwrap()
}

fn load(bytes: &[u8], shortcut: Shortcut) -> Result<(), Error> {
    let card = resnet(14, shortcut, "imagenet".parse().unwrap())
        .to_json()
        .unwrap();
    load_bytes(&card, bytes, Device::Cpu, Kind::Float).map(drop)
}

fn faults(change: impl FnOnce(&mut Tensors)) -> WeightFaults {
    match load(&changed(RESNET, change), Shortcut::Both) {
        Err(Error::Weights { faults, .. }) => *faults,
        other => panic!("expected faults, got {other:?}"),
    }
}

#[test]
fn the_unchanged_file_loads() {
    load(&changed(RESNET, |_| {}), Shortcut::Both).unwrap();
}

#[test]
fn a_prefix_on_every_tensor_is_stripped() {
    let prefixed = changed(RESNET, |tensors| {
        *tensors = std::mem::take(tensors)
            .into_iter()
            .map(|(k, v)| (format!("module.{k}"), v))
            .collect();
    });
    load(&prefixed, Shortcut::Both).unwrap();
}

#[test]
fn missing_and_surplus_tensors_are_named() {
    let faults = faults(|tensors| {
        let taken = tensors.remove("layer2.1.bn1.bias").unwrap();
        tensors.insert("layer2.1.extra".into(), taken);
    });
    assert_eq!(faults.missing, ["layer2.1.bn1.bias"]);
    assert_eq!(faults.surplus, ["layer2.1.extra"]);
}

#[test]
fn a_misshapen_tensor_is_named_with_both_shapes() {
    let faults = faults(|tensors| {
        let (_, shape, data) = tensors.get_mut("conv1.weight").unwrap();
        *shape = vec![4, 3, 3];
        data.truncate(4 * 3 * 3 * 4);
    });
    assert_eq!(
        faults.misshapen,
        ["conv1.weight ([4, 3, 3], [4, 3, 3, 3] is right)"]
    );
}

#[test]
fn a_number_that_is_not_finite_is_named() {
    for bad in [f32::NAN, f32::INFINITY] {
        let faults = faults(|tensors| {
            let (_, _, data) = tensors.get_mut("linear.weight").unwrap();
            data[4..8].copy_from_slice(&bad.to_le_bytes());
        });
        assert_eq!(faults.not_finite, ["linear.weight"]);
    }
}

#[test]
fn integers_and_negative_variances_are_named() {
    let faults = faults(|tensors| {
        tensors.get_mut("linear.bias").unwrap().0 = Dtype::I32;
        let (_, _, data) = tensors.get_mut("bn1.running_var").unwrap();
        data[0..4].copy_from_slice(&(-1f32).to_le_bytes());
    });
    assert_eq!(faults.wrong_type, ["linear.bias (I32, a float is right)"]);
    assert_eq!(faults.negative, ["bn1.running_var"]);
}

#[test]
fn a_projecting_shortcut_is_missed_where_the_file_has_none() {
    let Err(error) = load(&file(), Shortcut::Conv) else {
        panic!("loaded")
    };
    let text = error.to_string();
    assert!(
        text.contains("missing: layer2.0.shortcut.0.weight"),
        "{text}"
    );
}

#[test]
fn garbage_and_every_kind_of_truncation_are_refused() {
    let bytes = file();
    let mut huge_header = bytes.clone();
    huge_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let mut cases = vec![
        Vec::new(),
        b"GIF89a".to_vec(),
        vec![0xff; 4096],
        huge_header,
    ];
    for end in [1, 7, 8, 9, 500, 20_000, bytes.len() - 1] {
        cases.push(bytes[..end].to_vec());
    }
    for case in cases {
        let Err(error) = load(&case, Shortcut::Both) else {
            panic!("{} bytes loaded", case.len())
        };
        assert!(
            matches!(error, Error::Safetensors { .. }),
            "{} bytes: {error}",
            case.len()
        );
    }
}

#[test]
fn a_card_that_contradicts_itself_is_refused_by_field() {
    let mut card = resnet(14, Shortcut::Both, Normalisation::default());
    card.architecture = Architecture::ResNet(ResNetOptions::new(21, Shortcut::Both));
    let refused = |card: &ModelCard| {
        let json = card.to_json().unwrap();
        load_bytes(&json, &file(), Device::Cpu, Kind::Float)
            .map(drop)
            .unwrap_err()
            .to_string()
    };
    assert!(
        refused(&card).contains("architecture.resnet.depth is 21"),
        "{}",
        refused(&card)
    );
    let card = resnet(
        14,
        Shortcut::Both,
        Normalisation {
            mean: vec![0.0; 3],
            std: vec![1.0, 0.0, 1.0],
        },
    );
    assert!(
        refused(&card).contains("normalisation"),
        "{}",
        refused(&card)
    );
}

#[test]
fn an_input_of_another_shape_is_refused() {
    let card = resnet(14, Shortcut::Both, Normalisation::default())
        .to_json()
        .unwrap();
    let loaded = load_bytes(&card, &file(), Device::Cpu, Kind::Float).unwrap();
    let x = tch::Tensor::zeros([2, 1, 28, 28], (Kind::Float, Device::Cpu));
    let error = loaded.model.forward(&x).unwrap_err().to_string();
    assert!(
        error.contains("[2, 1, 28, 28]") && error.contains("[N, 3, 32, 32]"),
        "{error}"
    );
}
