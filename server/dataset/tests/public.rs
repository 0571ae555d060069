//! The data sets as they are published.

mod made;

use made::{image, labels, opened, refusal};
use valleyscope_tests::data;

#[test]
fn the_head_of_cifar10s_test_set_is_read() {
    let file = "datasets/cifar10/test_batch.first1017.bin";
    let Some(root) = data::with([file]) else {
        return;
    };
    let path = root.join(file);
    let set = opened(std::slice::from_ref(&path), "{}");
    assert_eq!((set.info().count, set.info().shape), (1017, [3, 32, 32]));
    assert_eq!(
        labels(&set)[..16],
        [3, 8, 8, 0, 6, 6, 1, 6, 3, 1, 0, 9, 5, 7, 9, 8]
    );
    let content = std::fs::read(path).unwrap();
    assert_eq!(image(&set, 5)[7], content[5 * 3073 + 8]);
}

#[test]
fn a_folder_of_both_parts_of_cifar10_asks_which_is_meant() {
    let wanted = [
        "datasets/cifar10/test_batch.first1017.bin",
        "datasets/cifar10/data_batch_2.first1017.bin",
    ];
    let Some(root) = data::with(wanted) else {
        return;
    };
    let folder = root.join("datasets/cifar10");
    let names = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap());
    let batches = names.filter(|entry| {
        entry
            .file_name()
            .to_string_lossy()
            .starts_with("data_batch")
    });
    let bytes: u64 = batches.map(|entry| entry.metadata().unwrap().len()).sum();
    let paths = [folder];
    let text = refusal(&paths, "{}");
    assert!(text.contains("split is not given"), "{text}");
    let count = opened(&paths, r#"{"split": "train"}"#).info().count;
    assert_eq!(count as u64, bytes / 3073);
}

#[test]
fn mnists_test_set_is_read() {
    let files = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"]
        .map(|file| format!("datasets/mnist/{file}"));
    let Some(root) = data::with([&files[0], &files[1]]) else {
        return;
    };
    for paths in [
        files.map(|file| root.join(file)).to_vec(),
        vec![root.join("datasets/mnist")],
    ] {
        let set = opened(&paths, r#"{"kind": "mnist", "split": "test"}"#);
        assert_eq!((set.info().count, set.info().shape), (10_000, [1, 28, 28]));
        assert_eq!(labels(&set)[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
        // The first test image is a 7: its bar lies in the upper half, its lower left is empty.
        let seven = image(&set, 0);
        let sum = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| -> u32 {
            rows.flat_map(|row| columns.clone().map(move |column| row * 28 + column))
                .map(|place| u32::from(seven[place]))
                .sum()
        };
        assert!(sum(7..10, 6..22) > 20 * 255 && sum(14..28, 0..10) < 255);
    }
}

#[test]
fn imagenets_samples_have_imagenets_labels() {
    let wanted = [
        "datasets/imagenet_samples/subset50",
        "datasets/imagenet_samples/subset50.json",
        "datasets/imagenet_samples/imagenet_class_index.json",
    ];
    let Some(root) = data::with(wanted) else {
        return;
    };
    let set = opened(&[root.join(wanted[0])], r#"{"resize": 256, "crop": 224}"#);
    assert_eq!((set.info().count, set.info().classes.len()), (50, 1000));
    let known: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(root.join(wanted[1])).unwrap()).unwrap();
    let known: Vec<u64> = known
        .iter()
        .map(|entry| entry["class_index"].as_u64().unwrap())
        .collect();
    let own: Vec<u64> = labels(&set).into_iter().map(|label| label as u64).collect();
    assert_eq!(own, known);
    assert_eq!(set.info().classes[1], "goldfish");
    let text = refusal(&[root.join(wanted[0])], "{}");
    assert!(text.contains("set resize, and crop"), "{text}");
}
