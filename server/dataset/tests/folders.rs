//! Folders of pictures, by class and side by side.

mod made;

use image::ExtendedColorType::{L8, La8, Rgb16, Rgba8};
use made::{image, labels, noise, opened, picture, png, refusal, written};
use std::path::PathBuf;
use tempfile::TempDir;
use valleyscope_dataset::{Format, recognise};

const INDEX: &str = r#"{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"], "2": ["n01484850", "great_white_shark"]}"#;

fn paths(folder: &TempDir) -> [PathBuf; 1] {
    [folder.path().to_owned()]
}

#[test]
fn classes_are_folders_by_name_and_pictures_come_in_torchvisions_order() {
    let folder = TempDir::new().unwrap();
    for (seed, name) in [
        "dog/a.png",
        "Cat/z.png",
        "Cat/10.png",
        "Cat/deep/a.PNG",
        "dog/b.txt.png",
    ]
    .iter()
    .enumerate()
    {
        written(&folder, name, &picture(5, 7, seed as u64));
    }
    assert_eq!(recognise(&paths(&folder)).unwrap(), Format::Folder);
    let set = opened(&paths(&folder), "{}");
    assert_eq!(
        (set.info().shape, &set.info().classes[..]),
        ([3, 5, 7], &["Cat".to_owned(), "dog".to_owned()][..])
    );
    assert_eq!(labels(&set), [0, 0, 0, 1, 1]);
    // Cat/10.png, Cat/z.png, Cat/deep/a.PNG, dog/a.png, dog/b.txt.png
    for (index, seed) in [2, 1, 3, 0, 4].into_iter().enumerate() {
        let pixels = noise(105, seed);
        let planes: Vec<u8> = (0..3)
            .flat_map(|channel| pixels.iter().skip(channel).step_by(3).copied())
            .collect();
        assert_eq!(image(&set, index), planes, "{index}");
    }
    assert!(set.info().notes.is_empty(), "{:?}", set.info().notes);
}

#[test]
fn what_is_passed_over_or_changed_is_noted() {
    let folder = TempDir::new().unwrap();
    written(&folder, "a/1.png", &png(2, 2, L8, &[0, 50, 100, 200]));
    written(&folder, "a/2.png", &png(2, 2, Rgba8, &[9; 16]));
    written(&folder, "a/3.png", &png(2, 2, La8, &[7; 8]));
    written(&folder, "a/._1.png", b"left behind");
    written(&folder, "a/notes.txt", b"text");
    written(&folder, ".cache/1.png", &picture(2, 2, 1));
    written(&folder, "readme.md", b"text");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let set = opened(&paths(&folder), "{}");
    assert_eq!(set.info().classes, ["a", "empty"]);
    assert_eq!(image(&set, 0), [0, 50, 100, 200].repeat(3));
    assert_eq!(image(&set, 1), [9; 12]);
    let notes = set.info().notes.join(" ");
    for words in [
        "three equal channels: 2 of 3",
        "which is dropped: 2 of 3",
        "Passed over: 1 hidden file, whose",
        "Passed over: 1 file, no pictures",
        "Without pictures: 1 class folder (empty)",
        "Not read: 1 file beside the class folders",
    ] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
}

/// A camera's note that the picture is to be turned; torchvision does not turn it either.
#[test]
fn an_orientation_is_not_applied_and_noted() {
    let folder = TempDir::new().unwrap();
    let mut jpeg = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut jpeg);
    encoder
        .encode(
            &noise(3 * 40 * 20, 1),
            40,
            20,
            image::ExtendedColorType::Rgb8,
        )
        .unwrap();
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let length = (exif.len() as u16 + 2).to_be_bytes();
    let turned = [&jpeg[..2], b"\xff\xe1", &length, exif, &jpeg[2..]].concat();
    written(&folder, "a/1.jpg", &turned);
    let set = opened(&paths(&folder), "{}");
    assert_eq!(set.info().shape, [3, 20, 40]);
    assert!(
        set.info().notes[0]
            .contains("EXIF orientation, which is not applied, as in torchvision: 1 of 1"),
        "{:?}",
        set.info().notes
    );
}

#[test]
fn pictures_of_several_sizes_need_resizing() {
    let folder = TempDir::new().unwrap();
    written(&folder, "a/1.png", &picture(20, 30, 1));
    written(&folder, "b/2.png", &picture(30, 20, 2));
    for (json, words) in [
        ("{}", "2.png: has 30x20 pixels where"),
        ("{}", "set resize, and crop"),
        (r#"{"resize": 10}"#, "set crop too"),
        (r#"{"resize": 0}"#, "resize is 0; 1 to 4096"),
        (r#"{"crop": 25}"#, "25x25 cannot be cut from 20x30 pixels"),
    ] {
        let text = refusal(&paths(&folder), json);
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(
        opened(&paths(&folder), r#"{"resize": 10, "crop": 8}"#)
            .info()
            .shape,
        [3, 8, 8]
    );
    assert_eq!(
        opened(&paths(&folder), r#"{"resize": [7, 9]}"#)
            .info()
            .shape,
        [3, 7, 9]
    );
}

/// A PNG whose header announces a square of this side, of PNG's kind of colours 0 (grey) or 2.
fn announcing(side: u32, colours: u8) -> Vec<u8> {
    let mut content = picture(2, 2, 1);
    for place in [16, 20] {
        content[place..place + 4].copy_from_slice(&side.to_be_bytes());
    }
    content[25] = colours;
    let sum = crc(&content[12..29]).to_be_bytes();
    content[29..33].copy_from_slice(&sum);
    content
}

/// PNG's checksum.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn broken_pictures_are_refused_by_name_at_the_latest_when_they_are_decoded() {
    let folder = TempDir::new().unwrap();
    let good = picture(20, 30, 1);
    written(&folder, "a/1.png", &good);
    for (content, words) in [
        (&b"no picture"[..], "PNG, JPEG and WebP are right"),
        (b"GIF89a", "PNG, JPEG and WebP are right"),
        (&good[..20], "damaged"),
        (&png(2, 2, Rgb16, &[1; 24]), "16 bits a channel"),
        (&announcing(19_999, 2), "are more than 537 MB"),
        (&announcing(14_000, 0), "are more than 537 MB"),
        (&announcing(20_001, 2), "damaged"),
    ] {
        written(&folder, "a/2.jpg", content);
        let text = refusal(&paths(&folder), "{}");
        assert!(
            text.contains("2.jpg: ") && text.contains(words),
            "{words}: {text}"
        );
    }
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg)
        .encode(&noise(1800, 1), 30, 20, image::ExtendedColorType::Rgb8)
        .unwrap();
    for (content, words) in [
        (&good[..good.len() - 40], "damaged"),
        (&jpeg[..jpeg.len() - 60], "cut off"),
    ] {
        written(&folder, "a/2.jpg", content);
        let set = opened(&paths(&folder), "{}");
        let text = set.bytes_into(1, &mut [0; 1800]).unwrap_err().to_string();
        assert!(
            text.contains("2.jpg: the picture is") && text.contains(words),
            "{words}: {text}"
        );
    }
}

#[test]
fn a_file_that_grew_after_it_was_opened_is_refused() {
    let folder = TempDir::new().unwrap();
    written(&folder, "a/1.png", &picture(4, 4, 1));
    let set = opened(&paths(&folder), "{}");
    written(&folder, "a/1.png", &picture(5, 4, 1));
    let text = set.bytes_into(0, &mut [0; 48]).unwrap_err().to_string();
    assert!(text.contains("another size than when"), "{text}");
}

#[test]
fn samples_side_by_side_are_labelled_by_their_synsets() {
    let folder = TempDir::new().unwrap();
    written(&folder, "samples/n01484850_shark.png", &picture(4, 4, 1));
    written(&folder, "samples/n01443537_goldfish.png", &picture(4, 4, 2));
    let samples = [folder.path().join("samples")];
    let text = refusal(&samples, "{}");
    assert!(text.contains("index_file is not given"), "{text}");
    let index = written(&folder, "imagenet_class_index.json", INDEX.as_bytes());
    let set = opened(&samples, "{}");
    assert_eq!(
        (labels(&set), &set.info().classes[1][..]),
        (vec![1, 2], "goldfish")
    );
    written(&folder, "samples/n99999999_other.png", &picture(4, 4, 3));
    let text = refusal(&samples, "{}");
    assert!(
        text.contains("n99999999_other.png: its synset is not in"),
        "{text}"
    );
    written(&folder, "samples/n99999999_other.png", b"");
    std::fs::rename(
        folder.path().join("samples/n99999999_other.png"),
        folder.path().join("samples/b.txt"),
    )
    .unwrap();
    written(&folder, "samples/beach.png", &picture(4, 4, 3));
    let text = refusal(&samples, "{}");
    assert!(text.contains("beach.png: tells no class"), "{text}");
    std::fs::remove_file(folder.path().join("samples/beach.png")).unwrap();
    for (content, words) in [
        ("[]", "no class index"),
        (r#"{"1": ["n01440764", "tench"]}"#, "has no class 0"),
        (
            r#"{"0": ["n01440764", "a"], "1": ["n01440764", "b"]}"#,
            "twice",
        ),
    ] {
        std::fs::write(&index, content).unwrap();
        let text = refusal(&samples, "{}");
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn class_folders_called_as_synsets_can_have_imagenets_labels() {
    let folder = TempDir::new().unwrap();
    written(&folder, "val/n01443537/1.png", &picture(4, 4, 1));
    written(&folder, "val/n01484850/1.png", &picture(4, 4, 2));
    let index = written(&folder, "index.json", INDEX.as_bytes());
    let set = opened(&paths(&folder), "{}");
    assert_eq!(
        (labels(&set), &set.info().classes[0][..]),
        (vec![0, 1], "n01443537")
    );
    assert!(
        set.info().notes[0].contains("index_file gives them"),
        "{:?}",
        set.info().notes
    );
    let json = serde_json::json!({ "index_file": index }).to_string();
    let set = opened(&paths(&folder), &json);
    assert_eq!((labels(&set), set.info().classes.len()), (vec![1, 2], 3));
    written(&folder, "train/n01443537/1.png", &picture(4, 4, 1));
    let text = refusal(&paths(&folder), "{}");
    assert!(
        text.contains("split is not given") && text.contains("train, val"),
        "{text}"
    );
    assert_eq!(
        opened(&paths(&folder), r#"{"split": "train"}"#)
            .info()
            .count,
        1
    );
}

#[test]
fn a_folder_without_a_data_set_says_what_would_be_right() {
    let folder = TempDir::new().unwrap();
    let text = refusal(&paths(&folder), "{}");
    assert!(
        text.contains("no data set is known in this folder"),
        "{text}"
    );
    written(&folder, "a.bin", &[0; 3073]);
    written(&folder, "a.mat", b"MATLAB 5.0 MAT-file");
    let text = refusal(&paths(&folder), "{}");
    assert!(text.contains("several formats (Cifar10, Svhn)"), "{text}");
}
