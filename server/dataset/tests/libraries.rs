//! Files as Python's libraries write them are read; `golden/formats.py` wrote them.

mod made;

use made::{image, labels, opened, options, refusal};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use valleyscope_dataset::{CIFAR100_CLASSES, Format, Set, open, recognise};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// As in the script.
fn has_the_images(set: &Set) {
    assert_eq!((set.info().count, set.info().shape), (2, [3, 32, 32]));
    for index in 0..2 {
        let cells = (0..3).flat_map(|channel| {
            (0..32).flat_map(move |row| {
                (0..32).map(move |column| index * 50 + channel * 70 + row * 7 + column)
            })
        });
        let expected: Vec<u8> = cells.map(|value: usize| value as u8).collect();
        assert_eq!(image(set, index), expected, "image {index}");
    }
}

#[test]
fn pickles_of_every_protocol_are_read() {
    for protocol in [2, 4, 5] {
        let path = golden(&format!("cifar10.protocol{protocol}"));
        let set = opened(&[path], "{}");
        has_the_images(&set);
        assert_eq!(labels(&set), [3, 9]);
        assert_eq!(set.info().classes[3], "cat");
    }
}

#[test]
fn a_pickle_with_columns_first_and_keys_of_bytes_is_read() {
    let set = opened(&[golden("cifar100.columns")], "{}");
    has_the_images(&set);
    assert_eq!(labels(&set), [99, 0]);
    assert_eq!(set.info().classes, CIFAR100_CLASSES);
}

#[test]
fn pickles_of_two_data_sets_are_not_one() {
    let text = refusal(
        &[golden("cifar10.protocol2"), golden("cifar100.columns")],
        "{}",
    );
    assert!(text.contains("is not CIFAR-10, which"), "{text}");
}

#[test]
fn a_folder_of_pickles_has_parts() {
    let folder = TempDir::new().unwrap();
    for name in ["data_batch_1", "data_batch_2", "test_batch"] {
        std::fs::copy(golden("cifar10.protocol4"), folder.path().join(name)).unwrap();
    }
    let names: String = (0..10)
        .map(|number| format!("X\x01\0\0\0{number}"))
        .collect();
    let meta = format!("X\x0b\0\0\0label_names]({names}es.");
    made::written(
        &folder,
        "batches.meta",
        &[b"\x80\x02}", meta.as_bytes()].concat(),
    );
    made::written(&folder, "readme.html", b"<html>");
    let paths = [folder.path().to_owned()];
    let set = opened(&paths, r#"{"split": "train"}"#);
    assert_eq!((set.info().count, &set.info().classes[7][..]), (4, "7"));
    assert_eq!(opened(&paths, r#"{"split": "test"}"#).info().count, 2);
    let text = refusal(&paths, "{}");
    assert!(
        text.contains("split is not given") && text.contains("train or test is right"),
        "{text}"
    );
}

#[test]
fn a_pickle_that_would_run_something_is_refused_by_its_name() {
    let folder = TempDir::new().unwrap();
    for pickle in [
        &b"\x80\x02cposix\nsystem\nX\x04\0\0\0true\x85R."[..],
        b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
    ] {
        let path = made::written(&folder, "data_batch_1", pickle);
        let text = refusal(&[path], "{}");
        assert!(text.contains("calls posix.system"), "{text}");
    }
}

#[test]
fn a_pickle_that_is_no_batch_says_what_it_is() {
    let folder = TempDir::new().unwrap();
    let good = std::fs::read(golden("cifar10.protocol4")).unwrap();
    for (pickle, words) in [
        (&b"\x80\x02K\x07."[..], "no dictionary"),
        (b"\x80\x02}X\x01\0\0\0aK\x01s.", "its keys are a"),
        (
            b"\x80\x02}X\x06\0\0\0labels](K\x01es.",
            "no array called data",
        ),
        (&good[..good.len() - 100], "cut off"),
        (b"\x80\x02X\xff\xff\xff\xff", "cut off"),
        (b"\x80\x02(((((u.", "no dictionary"),
    ] {
        let path = made::written(&folder, "batch", pickle);
        let text = refusal(&[path], "{}");
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn svhn_is_read_packed_or_plain() {
    for name in ["svhn.mat", "svhn-plain.mat"] {
        let set = opened(&[golden(name)], "{}");
        has_the_images(&set);
        // The file's 10 is the digit 0.
        assert_eq!(labels(&set), [0, 7]);
    }
}

#[test]
fn an_svhn_file_that_is_cut_off_or_lacks_an_array_is_refused() {
    let folder = TempDir::new().unwrap();
    let plain = std::fs::read(golden("svhn-plain.mat")).unwrap();
    let renamed: Vec<u8> = {
        let mut content = plain.clone();
        let place = content
            .windows(8)
            .position(|bytes| bytes == b"\x01\0\x01\0X\0\0\0")
            .unwrap();
        content[place + 4] = b'Z';
        content
    };
    let mut wrong = plain.clone();
    let place = wrong
        .windows(8)
        .position(|bytes| bytes == 10f64.to_le_bytes())
        .unwrap();
    wrong[place..place + 8].copy_from_slice(&11f64.to_le_bytes());
    for (content, words) in [
        (&plain[..3000], "cut off"),
        (&plain[..130], "no arrays X and y"),
        (&renamed, "no arrays X and y"),
        (&wrong, "image 0 has label 11"),
    ] {
        let text = refusal(&[made::written(&folder, "train_32x32.mat", content)], "{}");
        assert!(
            text.contains("train_32x32.mat") && text.contains(words),
            "{words}: {text}"
        );
    }
}

#[cfg(feature = "parquet")]
#[test]
fn tables_are_read_with_their_names_of_classes() {
    for name in ["snappy.parquet", "zstd.parquet"] {
        let set = opened(&[golden(name)], "{}");
        has_the_images(&set);
        assert_eq!(
            (labels(&set), &set.info().classes[..]),
            (vec![1, 0], &["cat".to_owned(), "dog".to_owned()][..])
        );
    }
    let set = opened(&[golden("snappy.parquet")], r#"{"resize": 16, "crop": 12}"#);
    assert_eq!(set.info().shape, [3, 12, 12]);
}

#[cfg(feature = "parquet")]
#[test]
fn a_folder_of_tables_has_parts() {
    let folder = TempDir::new().unwrap();
    for name in [
        "data/train-00000-of-00002.parquet",
        "data/train-00001-of-00002.parquet",
        "data/test-00000-of-00001.parquet",
    ] {
        made::written(
            &folder,
            name,
            &std::fs::read(golden("snappy.parquet")).unwrap(),
        );
    }
    let paths = [folder.path().to_owned()];
    assert_eq!(recognise(&paths).unwrap(), Format::Parquet);
    let set = open(Format::Parquet, &paths, &options(r#"{"split": "train"}"#)).unwrap();
    assert_eq!(labels(&set), [1, 0, 1, 0]);
    let text = refusal(&paths, "{}");
    assert!(text.contains("split is not given"), "{text}");
}

#[cfg(feature = "parquet")]
#[test]
fn a_table_without_the_columns_lists_those_it_has() {
    let folder = TempDir::new().unwrap();
    let content = std::fs::read(golden("snappy.parquet")).unwrap();
    let path = made::written(&folder, "cut.parquet", &content[..content.len() / 2]);
    let text = refusal(&[path], "{}");
    assert!(text.contains("cut.parquet: no parquet file"), "{text}");
    let swap = |from: &[u8], to: &[u8]| {
        let mut content = content.clone();
        for place in 0..content.len() - from.len() {
            if content[place..].starts_with(from) {
                content[place..place + to.len()].copy_from_slice(to);
            }
        }
        content
    };
    let text = refusal(
        &[made::written(
            &folder,
            "a.parquet",
            &swap(b"label", b"lobel"),
        )],
        "{}",
    );
    assert!(
        text.contains("no column of labels") && text.contains("lobel"),
        "{text}"
    );
}
