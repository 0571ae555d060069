//! The data sets as they are published.

use super::*;
use tempfile::TempDir;
use valleyscope_tests::data;

#[test]
fn the_head_of_cifar10s_test_set_is_read() {
    let Some(root) = data::with(["datasets/cifar10/test_batch.first1017.bin"]) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let file = root.join("datasets/cifar10/test_batch.first1017.bin");
    let info = register(
        folder.path(),
        "cifar10-test",
        std::slice::from_ref(&file),
        &Default::default(),
    )
    .unwrap();
    assert_eq!((info.count, info.shape), (1017, [3, 32, 32]));
    let set = open(folder.path(), "cifar10-test").unwrap();
    let labels: Vec<usize> = (0..16).map(|i| set.label(i).unwrap()).collect();
    assert_eq!(labels, [3, 8, 8, 0, 6, 6, 1, 6, 3, 1, 0, 9, 5, 7, 9, 8]);
    let content = std::fs::read(file).unwrap();
    assert_eq!(
        set.image(5).unwrap()[7],
        f32::from(content[5 * 3073 + 8]) / 255.0
    );
}

#[test]
fn two_training_files_of_cifar10_are_one_set() {
    let files = [2, 3].map(|n| format!("datasets/cifar10/data_batch_{n}.first1017.bin"));
    let Some(root) = data::with([&files[0], &files[1]]) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let files = files.map(|file| root.join(file));
    let info = register(folder.path(), "cifar10-train", &files, &Default::default()).unwrap();
    assert_eq!(info.count, 2034);
    let set = open(folder.path(), "cifar10-train").unwrap();
    assert_eq!(
        set.label(1017).unwrap(),
        usize::from(std::fs::read(&files[1]).unwrap()[0])
    );
}

#[test]
fn mnists_test_set_is_read() {
    let files = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"]
        .map(|file| format!("datasets/mnist/{file}"));
    let Some(root) = data::with([&files[0], &files[1]]) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let [images, labels] = files.map(|file| root.join(file));
    let info = register(
        folder.path(),
        "mnist-test",
        &[labels, images],
        &Default::default(),
    )
    .unwrap();
    assert_eq!((info.count, info.shape), (10_000, [1, 28, 28]));
    let set = open(folder.path(), "mnist-test").unwrap();
    let first: Vec<usize> = (0..10).map(|i| set.label(i).unwrap()).collect();
    assert_eq!(first, [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // The first test image is a 7: its bar lies in the upper half, its lower left is empty.
    let seven = set.image(0).unwrap();
    let sum = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| -> f32 {
        rows.flat_map(|row| columns.clone().map(move |column| row * 28 + column))
            .map(|p| seven[p])
            .sum()
    };
    assert!(sum(7..10, 6..22) > 20.0 && sum(14..28, 0..10) < 1.0);
}
