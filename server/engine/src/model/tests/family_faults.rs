//! Weights and cards that do not fit the families are refused with the tensor's or the field's name.

use super::faults::{Tensors, changed};
use super::hollow::hollow;
use super::*;
use crate::error::Error;
use crate::model::load::header;
use crate::model::{
    BnFreeResNetOptions, LeNetOptions, Stage, VitOptions, Wanted, load_bytes, recognise,
};
use safetensors::tensor::Dtype;
use tch::{Device, Kind};

const FOLDERS: [(&str, &str, &str); 3] = [
    // A tensor of an inner layer, and one that the sizes are read from.
    (
        "bn-free-resnet",
        "layer2.1.conv2.bias",
        "layer1.0.conv1.weight",
    ),
    ("vit", "blocks.1.attn.key.weight", "proj.weight"),
    ("lenet", "linear2.bias", "conv2.weight"),
];

/// What adding the changed file as what it was says.
fn refusal(folder: &str, change: impl FnOnce(&mut Tensors)) -> String {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("changed.safetensors");
    std::fs::write(&file, changed(folder, change)).unwrap();
    let card = known::one(folder).card();
    let added = library::add(place.path(), "changed", &file, &card).map(drop);
    let error = added.unwrap_err();
    assert!(matches!(error, Error::Weights { .. }), "{error}");
    error.to_string()
}

/// Why the card does not load with the weights of `folder`.
fn contradiction(folder: &str, architecture: Architecture) -> String {
    let card = match architecture {
        Architecture::LeNet(_) => library::mnist_card,
        _ => library::cifar10_card,
    };
    let json = card("wrong", architecture, Normalisation::default())
        .to_json()
        .unwrap();
    let bytes = std::fs::read(weights(folder)).unwrap();
    load_bytes(&json, &bytes, Device::Cpu, Kind::Float)
        .map(drop)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_missing_tensor_is_named() {
    for (folder, inner, sized) in FOLDERS {
        for name in [inner, sized] {
            let text = refusal(folder, |tensors| drop(tensors.remove(name).unwrap()));
            assert!(text.contains(&format!("missing: {name}")), "{text}");
        }
    }
}

#[test]
fn a_surplus_tensor_is_named() {
    for (folder, inner, _) in FOLDERS {
        let text = refusal(folder, |tensors| {
            let twin = tensors[inner].clone();
            tensors.insert("extra.bias".into(), twin);
        });
        assert!(text.contains("extra.bias"), "{text}");
    }
}

#[test]
fn a_misshapen_tensor_is_named_with_both_its_shapes() {
    for (folder, inner, sized) in FOLDERS {
        for name in [inner, sized] {
            let text = refusal(folder, |tensors| {
                let (_, shape, _) = tensors.get_mut(name).unwrap();
                *shape = vec![shape.iter().product::<usize>() / 2, 2, 1];
            });
            assert!(
                text.contains(&format!("{name} ([")) && text.contains("] is right)"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_tensor_that_is_no_float_or_not_finite_is_named() {
    for (folder, inner, sized) in FOLDERS {
        for name in [inner, sized] {
            let integers = refusal(folder, |tensors| {
                tensors.get_mut(name).unwrap().0 = Dtype::I32;
            });
            let infinite = refusal(folder, |tensors| {
                tensors.get_mut(name).unwrap().2[..4].copy_from_slice(&f32::NAN.to_le_bytes());
            });
            assert!(integers.contains(name) && infinite.contains(name));
        }
    }
}

#[test]
fn a_card_with_other_sizes_than_the_weights_is_told_which_tensor() {
    let [resnet, vit, lenet] = FOLDERS.map(|(folder, ..)| folder);
    let stage = |channels| Stage {
        channels,
        blocks: 2,
    };
    for (folder, architecture, words) in [
        (
            resnet,
            Architecture::BnFreeResNet(BnFreeResNetOptions {
                stem: 4,
                stages: vec![stage(8), stage(16)],
                hidden: 10,
            }),
            "layer2.0.conv1.weight ([8, 8, 3, 3], [16, 8, 3, 3] is right)",
        ),
        (
            vit,
            Architecture::Vit(VitOptions {
                patch: 8,
                width: 12,
                hidden: 24,
                ..Default::default()
            }),
            "pos ([5, 12], [17, 12] is right)",
        ),
        (
            lenet,
            Architecture::LeNet(LeNetOptions {
                channels: [4, 8],
                hidden: 1024,
                ..Default::default()
            }),
            "linear1.weight ([20, 392], [1024, 392] is right)",
        ),
    ] {
        let text = contradiction(folder, architecture);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn options_outside_their_limits_are_refused_by_field() {
    let vit = |change: fn(&mut VitOptions)| {
        let mut options = VitOptions::default();
        change(&mut options);
        Architecture::Vit(options)
    };
    let resnet = |change: fn(&mut BnFreeResNetOptions)| {
        let mut options = BnFreeResNetOptions::default();
        change(&mut options);
        Architecture::BnFreeResNet(options)
    };
    let lenet = |change: fn(&mut LeNetOptions)| {
        let mut options = LeNetOptions::default();
        change(&mut options);
        Architecture::LeNet(options)
    };
    for (architecture, field) in [
        (vit(|o| o.heads = 5), "vit.heads is 5"),
        (vit(|o| o.heads = 0), "vit.heads is 0"),
        (vit(|o| o.patch = 5), "vit.patch is 5"),
        (vit(|o| o.patch = 0), "vit.patch is 0"),
        (vit(|o| o.width = i64::MAX), "vit.width"),
        (vit(|o| o.depth = -1), "vit.depth is -1"),
        (resnet(|o| o.stem = 0), "bn_free_resnet.stem is 0"),
        (resnet(|o| o.stages.clear()), "bn_free_resnet.stages is []"),
        (resnet(|o| o.stages[0].blocks = 0), "bn_free_resnet.stages"),
        (resnet(|o| o.hidden = -5), "bn_free_resnet.hidden is -5"),
        (lenet(|o| o.kernel = 4), "lenet.kernel is 4"),
        (lenet(|o| o.channels = [32, 0]), "lenet.channels is [32, 0]"),
        (lenet(|o| o.hidden = 0), "lenet.hidden is 0"),
    ] {
        let text = contradiction(FOLDERS[0].0, architecture);
        assert!(text.contains(field), "{field}: {text}");
    }
}

/// A file is one family's, and what it lacks to be one is said.
#[test]
fn the_weights_of_one_family_are_no_other_familys() {
    for (folder, ..) in FOLDERS {
        let own = known::one(folder).card().architecture;
        let all = recognise(&weights(folder), &Wanted::default()).unwrap();
        for found in all {
            assert_eq!(found.architecture.family_key(), own.family_key());
        }
    }
}

/// Failed before: a tensor without numbers may have any width, and its divisors were tried one by one.
#[test]
fn a_header_cannot_ask_for_endless_work() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("wide.safetensors");
    for width in [1 << 62, 1 << 27] {
        let tensors = [
            ("proj.weight", vec![width, 0, 4, 4]),
            ("blocks.0.fc1.weight", vec![1, 0]),
        ];
        hollow(&file, tensors);
        assert!(recognise(&file, &Wanted::default()).is_err());
    }
}

/// Failed before: the norm was taken for one between convolution and activation, which is another function.
#[test]
fn a_norm_behind_an_activation_is_not_taken_for_one_before_it() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("late.safetensors");
    let row = |norm: &'static str| -> Vec<(String, Vec<u64>)> {
        let mut tensors = vec![("0.weight".to_owned(), vec![8, 3, 3, 3])];
        for part in ["weight", "bias", "running_mean", "running_var"] {
            tensors.push((format!("{norm}.{part}"), vec![8]));
        }
        tensors.push(("4.weight".to_owned(), vec![10, 8 * 32 * 32]));
        tensors.push(("4.bias".to_owned(), vec![10]));
        tensors
    };
    let known = |norm: &'static str| {
        let tensors = row(norm);
        let tensors = tensors.iter();
        hollow(
            &file,
            tensors.map(|(name, shape)| (name.as_str(), shape.clone())),
        );
        recognise(&file, &Wanted::default()).is_ok()
    };
    assert!(known("1"));
    assert!(!known("2"));
}

#[test]
fn what_keeps_a_file_from_being_known_is_said() {
    for (folder, _, sized) in FOLDERS {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("changed.safetensors");
        let bytes = changed(folder, |tensors| {
            let twin = tensors[sized].clone();
            tensors.insert("extra.bias".into(), twin);
        });
        std::fs::write(&file, bytes).unwrap();
        let error = recognise(&file, &Wanted::default()).unwrap_err();
        let text = error.to_string();
        let all = header(&file).unwrap().all().count();
        let words = format!("{} of {all} tensors fit", all - 1);
        assert!(text.contains(&words), "{text}");
        assert!(text.contains("surplus: extra.bias"), "{text}");
    }
}
