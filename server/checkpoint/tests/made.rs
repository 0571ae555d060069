//! Small checkpoints in the forms in which people save them, made by `golden/made.py`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use std::path::{Path, PathBuf};
use valleyscope_checkpoint::{Contents, Error, Kind, Scaling, convert, kind};

fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    folder.join(format!("{name}.pt"))
}

fn read(name: &str) -> (Contents, tempfile::TempDir) {
    let place = tempfile::tempdir().unwrap();
    let contents = convert(&file(name), place.path());
    (
        contents.unwrap_or_else(|error| panic!("{name}: {error}")),
        place,
    )
}

/// A tensor of the first network as f32.
fn numbers(name: &str, place: usize, tensor: &str) -> (Dtype, Vec<usize>, Vec<f32>) {
    let (contents, folder) = read(name);
    let bytes = std::fs::read(folder.path().join(&contents.networks[place].file)).unwrap();
    let all = SafeTensors::deserialize(&bytes).unwrap();
    let found = all.tensor(tensor).unwrap();
    let wide = |bytes: &[u8]| match found.dtype() {
        Dtype::F32 => f32::from_le_bytes(bytes.try_into().unwrap()),
        // The upper half of an f32.
        Dtype::BF16 => {
            f32::from_bits(u32::from(u16::from_le_bytes(bytes.try_into().unwrap())) << 16)
        }
        _ => f32::NAN,
    };
    let size = found.dtype().bitsize() / 8;
    let values = found.data().chunks_exact(size).map(wide).collect();
    (found.dtype(), found.shape().to_vec(), values)
}

const NAMES: [&str; 9] = [
    "conv.bias",
    "conv.weight",
    "fc.bias",
    "fc.weight",
    "norm.bias",
    "norm.num_batches_tracked",
    "norm.running_mean",
    "norm.running_var",
    "norm.weight",
];

#[test]
fn a_state_dict_is_the_same_however_it_was_saved() {
    for name in [
        "bare",
        "legacy",
        "legacy-4",
        "module",
        "half",
        "bfloat16",
        "twenty-one-letters-ab",
    ] {
        let (contents, folder) = read(name);
        let bytes = std::fs::read(folder.path().join(&contents.networks[0].file)).unwrap();
        let all = SafeTensors::deserialize(&bytes).unwrap();
        let mut names = all.names();
        names.sort_unstable();
        assert_eq!(names, NAMES, "{name}");
        assert_eq!(contents.networks.len(), 1, "{name}");
    }
    assert_eq!(kind(&file("bare")).unwrap(), Kind::Zip);
    for name in ["legacy", "legacy-4"] {
        assert_eq!(kind(&file(name)).unwrap(), Kind::Legacy, "{name}");
    }
    for name in ["bare", "legacy", "module"] {
        let (kind, shape, values) = numbers(name, 0, "conv.bias");
        assert_eq!(
            (kind, shape, values),
            (Dtype::F32, vec![2], vec![1.0, 1.25]),
            "{name}"
        );
    }
    let (kind, _, values) = numbers("bfloat16", 0, "conv.bias");
    assert_eq!((kind, values), (Dtype::BF16, vec![1.0, 1.25]));
    assert_eq!(numbers("half", 0, "conv.bias").0, Dtype::F16);
}

/// `_metadata` names the modules of a state dict; those that have tensors of their own tell nothing more.
#[test]
fn modules_without_parameters_are_told_where_a_state_dict_names_them() {
    for name in ["bare", "legacy", "legacy-4", "twenty-one-letters-ab"] {
        let (contents, _folder) = read(name);
        assert_eq!(contents.networks[0].modules, ["flat", "relu"], "{name}");
        let said = contents.facts.iter();
        let said: Vec<&str> = said.map(|(_, value)| value.as_str()).collect();
        assert_eq!(said, ["flat, relu"], "{name}");
    }
    // A dictionary made by hand has no such names.
    for name in ["half", "nested", "views"] {
        let (contents, _folder) = read(name);
        assert!(contents.networks[0].modules.is_empty(), "{name}");
    }
}

#[test]
fn averaged_and_plain_weights_are_told_apart() {
    let (contents, _folder) = read("nested");
    let labels = contents
        .networks
        .iter()
        .map(|network| network.label.as_str());
    let labels: Vec<&str> = labels.collect();
    assert_eq!(labels, ["", "ema", "state_dict.module._orig_mod"]);
    assert_eq!(numbers("nested", 1, "conv.bias").2, [2.0, 2.5]);
    assert_eq!(numbers("nested", 2, "conv.bias").2, [1.0, 1.25]);
    let facts: Vec<(&str, &str)> = (contents.facts.iter())
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(facts, [("best_acc", "91.5"), ("epoch", "7")]);
    let listed = contents.passed_over.iter();
    assert!(
        listed
            .clone()
            .any(|line| line.contains("argparse.Namespace")),
        "{listed:?}"
    );
}

#[test]
fn scaling_that_lies_beside_the_layers_is_told() {
    let (contents, _folder) = read("scaled");
    let scaling = Scaling {
        mean: vec![0.5],
        std: vec![0.25],
    };
    let whole = &contents.networks[0];
    assert_eq!(whole.scaling, Some(scaling));
    assert_eq!(numbers("scaled", 0, "conv.bias").2, [1.0, 1.25]);
}

#[test]
fn parts_of_a_storage_are_gathered() {
    let (_, shape, values) = numbers("views", 0, "a.weight");
    assert_eq!(shape, [4, 3]);
    assert_eq!(values[..4], [2.0, 6.0, 10.0, 3.0]);
    assert_eq!(numbers("views", 0, "b.weight").2, [6.0, 12.0, 18.0]);
}

fn refusal(path: &Path) -> String {
    let place = tempfile::tempdir().unwrap();
    let error = convert(path, place.path()).unwrap_err();
    assert!(!matches!(error, Error::File { .. }), "{error}");
    error.to_string()
}

#[test]
fn other_kinds_of_tensors_are_refused_by_name() {
    for (name, words) in [
        ("sparse", "_rebuild_sparse_tensor"),
        ("quantised", "_rebuild_qtensor"),
        ("no-tensors", "no tensors"),
    ] {
        let text = refusal(&file(name));
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_file_that_is_cut_off_is_refused_wherever_it_is() {
    let place = tempfile::tempdir().unwrap();
    let cut = place.path().join("cut.pt");
    for name in ["bare", "legacy", "nested"] {
        let bytes = std::fs::read(file(name)).unwrap();
        for part in 0..40 {
            std::fs::write(&cut, &bytes[..bytes.len() * part / 40]).unwrap();
            assert!(!refusal(&cut).is_empty());
        }
    }
}
