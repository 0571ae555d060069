//! Files as Python's libraries write them are read; `golden/formats.py` wrote them.

mod made;

use made::{golden, has_the_images, labels, opened, refusal};
use tempfile::TempDir;
use valleyscope_dataset::CIFAR100_CLASSES;

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

/// As in the files that are published: texts of bytes, the old name of the module, and numbers put aside at each step.
#[test]
fn a_pickle_of_python_2_is_read() {
    let pixels = made::noise(3072, 1);
    let pickle = [
        &b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03U\x06labelsq\x04]q\x05K\x06a"[..],
        b"U\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x09",
        b"(K\x01K\x01M\x00\x0c\x86cnumpy\ndtype\nq\x0aU\x02u1K\x00K\x01\x87Rq\x0b",
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T\x00\x0c\x00\x00",
        &pixels,
        b"tbU\x09filenamesq\x0c]q\x0dU\x05a.pngau.",
    ];
    let folder = TempDir::new().unwrap();
    let path = made::written(&folder, "data_batch_1", &pickle.concat());
    let set = opened(&[path], "{}");
    assert_eq!((made::image(&set, 0), labels(&set)), (pixels, vec![6]));
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
