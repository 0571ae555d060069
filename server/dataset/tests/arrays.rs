//! NumPy arrays: CIFAR-10-C's folder, and archives of images and labels.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod made;

use made::{image, labels, noise, npy, opened, refusal, refused, written};
use std::io::Write;
use std::path::PathBuf;
use tempfile::TempDir;
use valleyscope_dataset::{Format, corruptions, recognise};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// Ten images of 4x6 pixels, two a severity.
fn corrupted(folder: &TempDir) -> [PathBuf; 1] {
    written(
        folder,
        "fog.npy",
        &npy("|u1", &[10, 4, 6, 3], &noise(720, 1)),
    );
    written(
        folder,
        "jpeg_compression.npy",
        &npy("|u1", &[10, 4, 6, 3], &noise(720, 2)),
    );
    written(
        folder,
        "labels.npy",
        &npy("|u1", &[10], &[3, 1, 3, 1, 3, 1, 3, 1, 3, 1]),
    );
    [folder.path().to_owned()]
}

/// `[H, W, C]` as `[C, H, W]`.
fn planes(pixels: &[u8]) -> Vec<u8> {
    (0..3)
        .flat_map(|channel| pixels.iter().skip(channel).step_by(3).copied())
        .collect()
}

#[test]
fn a_corruption_and_its_severity_are_chosen() {
    let folder = TempDir::new().unwrap();
    let paths = corrupted(&folder);
    assert_eq!(corruptions(&paths).unwrap(), ["fog", "jpeg_compression"]);
    let set = opened(&paths, r#"{"corruption": "fog", "severity": 2}"#);
    assert_eq!((set.info().count, set.info().shape), (2, [3, 4, 6]));
    assert_eq!(labels(&set), [3, 1]);
    let pixels = noise(720, 1);
    assert_eq!(image(&set, 1), planes(&pixels[3 * 72..4 * 72]));
    let all = opened(&paths, r#"{"corruption": "fog"}"#);
    assert_eq!(all.info().count, 10);
    assert_eq!(image(&all, 9), planes(&pixels[9 * 72..]));
    assert!(
        set.info().title.contains("fog, severity 2"),
        "{}",
        set.info().title
    );
}

#[test]
fn what_is_not_chosen_right_is_listed() {
    let folder = TempDir::new().unwrap();
    let paths = corrupted(&folder);
    for (json, words) in [
        ("{}", "corruption is not given; those in"),
        (r#"{"corruption": "snow"}"#, "are fog, jpeg_compression"),
        (r#"{"corruption": "../fog"}"#, "are fog, jpeg_compression"),
        (
            r#"{"corruption": "fog", "severity": 6}"#,
            "severity is 6; 1 to 5",
        ),
        (
            r#"{"corruption": "fog", "split": "test"}"#,
            "corrupted pictures are all",
        ),
    ] {
        let text = refusal(&paths, json);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn broken_arrays_are_refused() {
    let folder = TempDir::new().unwrap();
    let paths = corrupted(&folder);
    for (name, content, words) in [
        (
            "fog.npy",
            npy("<f4", &[10, 4, 6, 3], &[0; 2880]),
            "holds <f4; bytes",
        ),
        (
            "fog.npy",
            npy("|u1", &[10, 4, 6, 3], &[0; 719]),
            "719 bytes follow the header",
        ),
        (
            "fog.npy",
            npy("|u1", &[usize::MAX, 4, 6, 3], &[0; 719]),
            "719 bytes follow the header",
        ),
        (
            "fog.npy",
            npy("|u1", &[10, 4, 18], &[0; 720]),
            "[50000, 32, 32, 3] is right",
        ),
        (
            "fog.npy",
            npy("|u1", &[9, 4, 6, 3], &[0; 648]),
            "has the shape [10] for 9 images",
        ),
        ("fog.npy", b"\x93NUMPY".to_vec(), "header cannot be read"),
    ] {
        written(&folder, name, &content);
        let text = refusal(&paths, r#"{"corruption": "fog", "severity": 1}"#);
        assert!(text.contains(words), "{words}: {text}");
    }
    corrupted(&folder);
    written(
        &folder,
        "labels.npy",
        &npy("|u1", &[10], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 100]),
    );
    let text = refusal(&paths, r#"{"corruption": "fog"}"#);
    assert!(text.contains("image 9 has label 100"), "{text}");
}

fn npz(folder: &TempDir, members: &[(&str, Vec<u8>)], method: CompressionMethod) -> [PathBuf; 1] {
    let path = folder.path().join("set.npz");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, content) in members {
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(format!("{name}.npy"), options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
    [path]
}

fn longs(numbers: &[i64]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

#[test]
fn an_archive_is_read_whatever_its_names_widths_and_order_are() {
    let folder = TempDir::new().unwrap();
    let pixels = noise(2 * 60, 3);
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for (x, y) in [
            ("x", "y"),
            ("x_test", "y_test"),
            ("images", "labels"),
            ("arr_0", "arr_1"),
            ("test_images", "test_labels"),
        ] {
            let members = [
                (x, npy("|u1", &[2, 4, 5, 3], &pixels)),
                (y, npy("<i8", &[2], &longs(&[2, 0]))),
            ];
            let paths = npz(&folder, &members, method);
            assert_eq!(recognise(&paths).unwrap(), Format::Npz);
            let set = opened(&paths, "{}");
            assert_eq!((set.info().shape, labels(&set)), ([3, 4, 5], vec![2, 0]));
            assert_eq!(set.info().classes, ["0", "1", "2"]);
            assert_eq!(image(&set, 1), planes(&pixels[60..]));
        }
    }
    let members = [
        ("x", npy("|u1", &[2, 3, 4, 5], &pixels)),
        ("y", npy("<i4", &[2, 1], &[5, 0, 0, 0, 1, 0, 0, 0])),
    ];
    let set = opened(&npz(&folder, &members, CompressionMethod::Stored), "{}");
    assert_eq!(
        (image(&set, 1), labels(&set)),
        (pixels[60..].to_vec(), vec![5, 1])
    );
    let members = [
        ("x", npy("|u1", &[2, 12, 5], &pixels)),
        ("y", npy("|u1", &[2], &[5, 1])),
    ];
    let set = opened(
        &npz(&folder, &members, CompressionMethod::Stored),
        r#"{"classes": ["a", "b", "c", "d", "e", "f"]}"#,
    );
    assert_eq!(
        (set.info().shape, &set.info().classes[5][..]),
        ([1, 12, 5], "f")
    );
}

#[test]
fn floats_that_are_grey_levels_become_bytes_and_others_are_refused() {
    let folder = TempDir::new().unwrap();
    let levels: Vec<u8> = (0..=255).collect();
    let labels = ("y", npy("|u1", &[1], &[0]));
    let single: Vec<u8> = levels
        .iter()
        .flat_map(|&level| (f32::from(level) / 255.0).to_le_bytes())
        .collect();
    let double: Vec<u8> = levels
        .iter()
        .flat_map(|&level| (f64::from(level) / 255.0).to_le_bytes())
        .collect();
    for (kind, content) in [("<f4", &single), ("<f8", &double)] {
        let members = [("x", npy(kind, &[1, 16, 16], content)), labels.clone()];
        let set = opened(&npz(&folder, &members, CompressionMethod::Deflated), "{}");
        assert_eq!(image(&set, 0), levels);
    }
    for (value, words) in [
        (0.5f32, "lies between grey levels"),
        (255.0, "floats from 0 to 1 are right"),
        (-0.1, "floats from 0 to 1 are right"),
        (f32::NAN, "has the value NaN in image 0"),
    ] {
        let mut content = single.clone();
        content[40..44].copy_from_slice(&value.to_le_bytes());
        let members = [("x", npy("<f4", &[1, 16, 16], &content)), labels.clone()];
        let text = refusal(&npz(&folder, &members, CompressionMethod::Stored), "{}");
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn archives_that_leave_something_open_or_are_broken_are_refused() {
    let folder = TempDir::new().unwrap();
    let x = |shape: &[usize]| npy("|u1", shape, &vec![0; shape.iter().product()]);
    let two = || npy("|u1", &[2], &[0, 1]);
    let one_hot = npy("|u1", &[2, 10], &[0; 20]);
    let longer = [x(&[2, 1, 4, 4]), vec![0; 9]].concat();
    let shorter = npy("|u1", &[2, 1, 4, 4], &[0; 31]);
    let huge = npy("|u1", &[1 << 40, 1, 4, 4], &[0; 31]);
    for (members, json, words) in [
        (
            vec![("x", x(&[2, 3, 8, 3])), ("y", two())],
            "{}",
            "layout is not given",
        ),
        (
            vec![("x", x(&[2, 4, 8, 5])), ("y", two())],
            "{}",
            "1 or 3 channels is right",
        ),
        (
            vec![("x", x(&[3, 1, 4, 4])), ("y", two())],
            "{}",
            "y holds 2 labels for 3 images",
        ),
        (
            vec![("x", x(&[2, 1, 4, 4])), ("y", one_hot)],
            "{}",
            "numpy.argmax",
        ),
        (
            vec![("x", x(&[2, 1, 4, 4])), ("y", npy("<f4", &[2], &[0; 8]))],
            "{}",
            "whole numbers are right",
        ),
        (
            vec![("x", x(&[2, 1, 4, 4])), ("y", npy("|i1", &[2], &[0, 255]))],
            "{}",
            "gives image 1 the label -1",
        ),
        (
            vec![("x", npy("<i4", &[2, 1, 2, 4], &[0; 64])), ("y", two())],
            "{}",
            "holds numbers of the kind <i4",
        ),
        (
            vec![("x", longer), ("y", two())],
            "{}",
            "more than the 32 bytes",
        ),
        (vec![("x", shorter), ("y", two())], "{}", "31 of 32 bytes"),
        (
            vec![("x", huge), ("y", two())],
            "{}",
            "y holds 2 labels for 1099511627776 images",
        ),
        (
            vec![("a", x(&[2, 1, 4, 4])), ("b", two())],
            "{}",
            "its arrays are a, b",
        ),
        (
            vec![
                ("x_train", x(&[2, 1, 4, 4])),
                ("y_train", two()),
                ("x_test", x(&[2, 1, 4, 4])),
                ("y_test", two()),
            ],
            "{}",
            "train or test is right",
        ),
        (
            vec![("x", x(&[2, 1, 4, 4])), ("y", two())],
            r#"{"split": "test"}"#,
            "no two arrays of the test part",
        ),
    ] {
        let text = refusal(&npz(&folder, &members, CompressionMethod::Deflated), json);
        assert!(
            text.contains("set.npz") && text.contains(words),
            "{words}: {text}"
        );
    }
    let members = [("x", x(&[2, 3, 8, 3])), ("y", two())];
    let set = opened(
        &npz(&folder, &members, CompressionMethod::Stored),
        r#"{"layout": "nhwc"}"#,
    );
    assert_eq!(set.info().shape, [3, 3, 8]);
    let other = written(&folder, "model.pt", b"PK\x03\x04 and no archive");
    assert!(refused(Format::Npz, &other, "{}").contains("no zip archive"));
}

/// Forty megabytes of zeros pack into forty kilobytes; what the header does not announce is not unpacked.
#[test]
fn an_archive_is_unpacked_no_further_than_its_headers_say() {
    let folder = TempDir::new().unwrap();
    let bomb = [npy("|u1", &[2, 1, 4, 4], &[]), vec![0; 40 << 20]].concat();
    let paths = npz(
        &folder,
        &[("x", bomb), ("y", npy("|u1", &[2], &[0, 1]))],
        CompressionMethod::Deflated,
    );
    assert!(std::fs::metadata(&paths[0]).unwrap().len() < 100_000);
    let text = refusal(&paths, "{}");
    assert!(text.contains("more than the 32 bytes"), "{text}");
    let announced = npy("|u1", &[2, 1, 4096, 1 << 19], &[0; 64]);
    let paths = npz(
        &folder,
        &[("x", announced), ("y", npy("|u1", &[2], &[0, 1]))],
        CompressionMethod::Deflated,
    );
    let text = refusal(&paths, "{}");
    assert!(text.contains("1 to 4096 pixels are right"), "{text}");
    let announced = npy("|u1", &[200, 3, 4096, 4096], &[0; 64]);
    let paths = npz(
        &folder,
        &[("x", announced), ("y", npy("|u1", &[200], &[0; 200]))],
        CompressionMethod::Deflated,
    );
    let text = refusal(&paths, "{}");
    assert!(text.contains("1.1 GB together"), "{text}");
}
