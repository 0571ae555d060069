//! Tables of pictures, as PyArrow and Hugging Face write them.

#![cfg(feature = "parquet")]

mod made;

use made::{golden, has_the_images, labels, opened, options, refusal};
use tempfile::TempDir;
use valleyscope_dataset::{Format, open, recognise};

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

/// The library would set the announced gigabytes aside.
#[test]
fn a_page_that_announces_more_than_it_can_hold_is_refused_unread() {
    let content = std::fs::read(golden("snappy.parquet")).unwrap();
    // The first page: a dictionary, 307 bytes packed into 276, of two values. What the head grows by is taken from its page.
    for (head, words) in [
        (
            &b"\x15\x04\x15\xfe\xff\xff\xff\x0f\x15\xa2\x04\x4c\x15\x04\x15\x00\x12\x00\x00"[..],
            "hold more than 1.1 GB",
        ),
        (
            b"\x15\x04\x15\x80\x80\x80\x80\x01\x15\xa2\x04\x4c\x15\x04\x15\x00\x12\x00\x00",
            "273 bytes cannot be unpacked to 134217728",
        ),
        (
            b"\x15\x04\x15\xe6\x04\x15\xa0\x04\x4c\x15\xfe\xff\xff\xff\x0f\x15\x00\x12\x00\x00",
            "307 bytes cannot hold 2147483647 values",
        ),
        (&[0xff; 16], "no head"),
    ] {
        let folder = TempDir::new().unwrap();
        let mut changed = content.clone();
        changed[4..4 + head.len()].copy_from_slice(head);
        let text = refusal(&[made::written(&folder, "a.parquet", &changed)], "{}");
        assert!(text.contains(words), "{text}");
    }
}
