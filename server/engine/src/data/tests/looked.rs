//! What looking at every picture shows.

use super::*;
use crate::data::{checks, samples};
use std::time::Duration;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// A set of CIFAR-10's format with these labels and pictures, registered under a name.
fn set(folder: &TempDir, name: &str, images: &[(u8, Vec<u8>)]) -> Box<dyn Dataset> {
    let records = images.iter();
    let content: Vec<u8> = records
        .flat_map(|(label, pixels)| [vec![*label], pixels.clone()].concat())
        .collect();
    let path = folder.path().join(format!("{name}.bin"));
    std::fs::write(&path, content).unwrap();
    register(folder.path(), name, &[path], &Default::default()).unwrap();
    open(folder.path(), name).unwrap()
}

fn noise(seed: u8) -> Vec<u8> {
    let byte = |i: u32| {
        (i.wrapping_mul(2_654_435_761)
            .wrapping_add(u32::from(seed) * 977)
            >> 13) as u8
    };
    (0..3072).map(|i| byte(i).clamp(3, 250)).collect()
}

#[test]
fn classes_values_constant_and_equal_pictures_are_found() {
    let folder = TempDir::new().unwrap();
    let [one, two] = [1, 2].map(noise);
    let first = [
        (5, one.clone()),
        (5, vec![9; 3072]),
        (2, one.clone()),
        (5, one.clone()),
    ];
    let first = set(&folder, "first", &first);
    let second = set(&folder, "second", &[(0, two), (2, one)]);
    let found = checks(first.as_ref(), Some(second.as_ref()), PATIENCE).unwrap();
    assert_eq!(found.per_class, [0, 0, 1, 0, 0, 3, 0, 0, 0, 0]);
    assert_eq!((found.least, found.most), (3, 250));
    assert_eq!((found.constant, &found.constants[..]), (1, &[1][..]));
    let pairs = found.duplicates.iter();
    let pairs: Vec<_> = pairs
        .map(|pair| (pair.index, pair.other, pair.same_class))
        .collect();
    assert_eq!(pairs, [(0, 2, false), (0, 3, true)]);
    assert_eq!(found.duplicate, 2);
    assert_eq!(
        (found.shared, found.in_both[0].index, found.in_both[0].other),
        (1, 0, 1)
    );
    assert_eq!((found.looked_at, found.other_looked_at), (4, 2));
    assert_eq!(found.digest, Some(first.digest().unwrap()));
    let alone = checks(first.as_ref(), None, PATIENCE).unwrap();
    assert_eq!((alone.other, alone.shared), (None, 0));
}

#[test]
fn whoever_has_no_patience_hears_how_far_it_came() {
    let folder = TempDir::new().unwrap();
    let set = set(&folder, "set", &[(1, noise(1)), (2, noise(2))]);
    let found = checks(set.as_ref(), None, Duration::ZERO).unwrap();
    assert_eq!((found.count, found.looked_at, found.digest), (2, 0, None));
    assert_eq!(found.per_class.iter().sum::<u64>(), 2);
}

#[test]
fn samples_are_the_first_of_each_class_then_the_second() {
    let folder = TempDir::new().unwrap();
    let images = [3u8, 3, 1, 3, 1].map(|label| (label, noise(label)));
    let set = set(&folder, "set", &images);
    let found = samples(set.as_ref(), 20).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|sample| (sample.index, sample.label))
        .collect();
    assert_eq!(found, [(2, 1), (0, 3), (4, 1), (1, 3)]);
    assert_eq!(samples(set.as_ref(), 3).unwrap().len(), 2);
}

#[test]
fn published_training_and_test_images_have_none_in_common() {
    let train = [2, 3].map(|n| format!("datasets/cifar10/data_batch_{n}.first1017.bin"));
    let test = "datasets/cifar10/test_batch.first1017.bin";
    let Some(root) = valleyscope_tests::data::with([&train[0], &train[1], test]) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let train = train.map(|file| root.join(file));
    register(folder.path(), "train", &train, &Options::default()).unwrap();
    register(
        folder.path(),
        "test",
        &[root.join(test)],
        &Options::default(),
    )
    .unwrap();
    let [train, test] = ["train", "test"].map(|name| open(folder.path(), name).unwrap());
    let found = checks(train.as_ref(), Some(test.as_ref()), PATIENCE).unwrap();
    assert_eq!(found.per_class.iter().sum::<u64>(), 2034);
    assert_eq!((found.least, found.most, found.constant), (0, 255, 0));
    assert_eq!((found.duplicate, found.shared), (0, 0));
    assert_eq!((found.looked_at, found.other_looked_at), (2034, 1017));
}
