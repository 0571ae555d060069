//! Names of modules without parameters leave candidates out that differ in nothing else.

use super::hollow::hollow;
use super::*;
use crate::model::{Found, Wanted, recognise};

fn told(path: &Path, modules: &[&str], assumed: &[[&str; 2]]) -> Vec<Found> {
    let wanted = Wanted {
        modules: modules.iter().map(|name| (*name).to_owned()).collect(),
        ..known::wanted(assumed)
    };
    recognise(path, &wanted).unwrap()
}

/// The values of an untold option among networks, each once.
fn values(found: &[Found], name: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for one in found {
        let untold = one.architecture.family().untold();
        let own = untold.into_iter().find(|own| own.name == name);
        let value = own.map(|own| own.value).unwrap_or_default();
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

#[test]
fn a_shortcut_that_averages_is_the_one_with_zeros_after() {
    let file = weights("resnet14-after");
    assert_eq!(
        values(&told(&file, &[], &[]), "shortcut"),
        ["both", "after"]
    );
    let modules = ["avgpool", "layer2.0.shortcut.avg"];
    assert_eq!(values(&told(&file, &modules, &[]), "shortcut"), ["after"]);
    // A shortcut by any other name may be either.
    let modules = ["layer2.0.shortcut", "relu"];
    let found = told(&file, &modules, &[]);
    assert_eq!(values(&found, "shortcut"), ["both", "after"]);
}

/// Two convolutions and two linear layers by their numbers, as for pictures of 28x28 pixels.
fn row(folder: &tempfile::TempDir) -> PathBuf {
    let file = folder.path().join("row.safetensors");
    let tensors = [
        ("conv1.weight", vec![4, 1, 5, 5]),
        ("conv1.bias", vec![4]),
        ("conv2.weight", vec![8, 4, 5, 5]),
        ("conv2.bias", vec![8]),
        ("fc1.weight", vec![16, 8 * 4 * 4]),
        ("fc1.bias", vec![16]),
        ("fc2.weight", vec![10, 16]),
        ("fc2.bias", vec![10]),
    ];
    hollow(&file, tensors);
    file
}

#[test]
fn activations_and_pools_that_are_named_leave_the_others_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = row(&folder);
    let all = told(&file, &[], &[]);
    assert_eq!(values(&all, "activation"), ["relu", "sigmoid", "tanh"]);
    let pools = values(&all, "pools");
    assert!(
        pools.iter().any(|pools| pools.contains("average")),
        "{pools:?}"
    );
    let some = told(&file, &["relu1", "maxpool1", "maxpool2"], &[]);
    assert_eq!(values(&some, "activation"), ["relu"]);
    let pools = values(&some, "pools");
    assert!(
        !pools.is_empty() && pools.iter().all(|pools| pools.contains("max")),
        "{pools:?}"
    );
    let means = values(&told(&file, &["avg_pool1", "avg_pool2"], &[]), "pools");
    assert!(
        !means.is_empty() && means.iter().all(|pools| !pools.contains("max")),
        "{means:?}"
    );
}

#[test]
fn names_that_no_network_agrees_with_leave_nothing_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = row(&folder);
    let all = told(&file, &[], &[]);
    assert_eq!(told(&file, &["swish"], &[]), all);
    // What was assumed goes before what names seem to say.
    let assumed = told(&file, &["relu"], &[["activation", "tanh"]]);
    assert_eq!(values(&assumed, "activation"), ["tanh"]);
}

#[test]
fn a_stem_for_large_pictures_has_a_pool_that_is_named_where_modules_are() {
    let Some(known) = known::public_newer() else {
        return;
    };
    let known = known
        .into_iter()
        .find(|known| known.name().contains("shuffle"));
    let file = known.unwrap().weights();
    assert_eq!(values(&told(&file, &[], &[]), "stem"), ["small", "large"]);
    let modules = ["conv1.2", "stage2.0.branch1.4"];
    assert_eq!(values(&told(&file, &modules, &[]), "stem"), ["small"]);
    let modules = ["conv1.2", "maxpool"];
    let found = told(&file, &modules, &[]);
    assert_eq!(values(&found, "stem"), ["small", "large"]);
}
