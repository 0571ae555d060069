//! CIFAR's binary files and idx files, whole and broken.

mod made;

use made::{image, labels, noise, opened, packed, refusal, refused, written};
use std::path::PathBuf;
use tempfile::TempDir;
use valleyscope_dataset::{CIFAR100_CLASSES, Error, FASHION_MNIST_CLASSES, Format, recognise};

/// `count` records of CIFAR-10, or with two labels of CIFAR-100.
fn records(count: usize, labels: &[u8]) -> Vec<u8> {
    let one = |index: usize| [labels.to_vec(), noise(3072, index as u64 + 1)].concat();
    (0..count).flat_map(one).collect()
}

#[test]
fn a_cifar10_file_gives_its_images_and_labels() {
    let folder = TempDir::new().unwrap();
    let content = records(4, &[7]);
    for (name, bytes) in [
        ("batch.bin", content.clone()),
        ("batch.bin.gz", packed(&content)),
    ] {
        let set = opened(&[written(&folder, name, &bytes)], "{}");
        assert_eq!((set.info().count, set.info().shape), (4, [3, 32, 32]));
        for (index, record) in content.chunks_exact(3073).enumerate() {
            assert_eq!(image(&set, index), record[1..]);
        }
        assert_eq!(labels(&set), [7; 4]);
        assert!(matches!(
            set.label(4),
            Err(Error::Index { index: 4, count: 4 })
        ));
        assert!(matches!(
            set.bytes_into(0, &mut [0; 5]),
            Err(Error::Buffer { got: 5, .. })
        ));
    }
}

#[test]
fn a_cifar100_file_gives_its_fine_labels() {
    let folder = TempDir::new().unwrap();
    let content = records(3, &[19, 99]);
    let path = written(&folder, "train.bin", &content);
    assert_eq!(
        recognise(std::slice::from_ref(&path)).unwrap(),
        Format::Cifar100
    );
    let set = opened(&[path], "{}");
    assert_eq!(
        (labels(&set), &set.info().classes[..]),
        (vec![99; 3], &CIFAR100_CLASSES.map(str::to_owned)[..])
    );
    assert_eq!(image(&set, 2), content[2 * 3074 + 2..]);
}

#[test]
fn several_files_and_the_parts_of_a_folder_are_one_set() {
    let folder = TempDir::new().unwrap();
    for (name, count) in [
        ("data_batch_1.bin", 2),
        ("data_batch_2.bin", 3),
        ("test_batch.bin", 1),
    ] {
        written(&folder, name, &records(count, &[count as u8]));
    }
    written(&folder, "batches.meta.txt", b"airplane\n");
    let set = opened(&[folder.path().to_owned()], r#"{"split": "train"}"#);
    assert_eq!(labels(&set), [2, 2, 3, 3, 3]);
    assert_eq!(image(&set, 4), noise(3072, 3));
    assert_eq!(
        opened(&[folder.path().to_owned()], r#"{"split": "test"}"#)
            .info()
            .count,
        1
    );
    let text = refusal(&[folder.path().to_owned()], "{}");
    assert!(
        text.contains("data_batch_1.bin, data_batch_2.bin, test_batch.bin"),
        "{text}"
    );
}

#[test]
fn a_truncated_cifar_file_is_refused_with_its_size() {
    let folder = TempDir::new().unwrap();
    let content = records(2, &[1]);
    for size in [0, 1, 3072, 5000] {
        let text = refusal(&[written(&folder, "cut.bin", &content[..size])], "{}");
        assert!(
            text.contains("cut.bin")
                && text.contains(&format!("{size} bytes"))
                && text.contains("3073"),
            "{text}"
        );
    }
}

#[test]
fn labels_that_there_are_not_are_refused() {
    let folder = TempDir::new().unwrap();
    let mut content = vec![0; 2 * 3073];
    content[3073] = 10;
    let text = refusal(&[written(&folder, "label.bin", &content)], "{}");
    assert!(text.contains("image 1 has label 10"), "{text}");
    let mut content = vec![0; 2 * 3074];
    content[3075] = 100;
    let text = refusal(&[written(&folder, "label.bin", &content)], "{}");
    assert!(text.contains("image 1 has labels 0 and 100"), "{text}");
}

fn header(magic: u32, sizes: &[u32]) -> Vec<u8> {
    let numbers = std::iter::once(magic).chain(sizes.iter().copied());
    numbers.flat_map(u32::to_be_bytes).collect()
}

/// Two images of 3x2 pixels and their labels.
fn idx(folder: &TempDir, part: &str, ending: &str) -> [PathBuf; 2] {
    let images = [header(0x803, &[2, 3, 2]), (0..12).collect()].concat();
    let labels = [header(0x801, &[2]), vec![3, 9]].concat();
    [("images-idx3-ubyte", images), ("labels-idx1-ubyte", labels)].map(|(name, content)| {
        let content = if ending.is_empty() {
            content
        } else {
            packed(&content)
        };
        written(folder, &format!("{part}-{name}{ending}"), &content)
    })
}

#[test]
fn mnist_is_read_packed_or_plain_in_either_order() {
    let folder = TempDir::new().unwrap();
    for endings in [["", ""], [".gz", ".gz"], [".gz", ""], ["", ".gz"]] {
        let images = idx(&folder, "t10k", endings[0])[0].clone();
        let names = idx(&folder, "t10k", endings[1])[1].clone();
        for files in [[images.clone(), names.clone()], [names, images]] {
            let set = opened(&files, "{}");
            assert_eq!((set.info().count, set.info().shape), (2, [1, 3, 2]));
            assert_eq!(
                (image(&set, 1), labels(&set)),
                ((6..12).collect(), vec![3, 9])
            );
            assert!(
                set.info().notes[0].contains("kind says"),
                "{:?}",
                set.info().notes
            );
        }
    }
}

#[test]
fn a_folder_of_idx_files_has_parts_and_a_kind() {
    let folder = TempDir::new().unwrap();
    idx(&folder, "train", "");
    idx(&folder, "t10k", ".gz");
    let paths = [folder.path().to_owned()];
    let set = opened(&paths, r#"{"split": "test", "kind": "fashion_mnist"}"#);
    assert_eq!(set.info().classes, FASHION_MNIST_CLASSES);
    assert!(set.info().title.starts_with("Fashion-MNIST") && set.info().notes.is_empty());
    let text = refusal(&paths, r#"{"kind": "kmnist"}"#);
    assert!(
        text.contains("split is not given") && text.contains("t10k-images"),
        "{text}"
    );
}

#[test]
fn classes_can_be_named_and_are_as_many_as_labels_need() {
    let folder = TempDir::new().unwrap();
    let files = idx(&folder, "t10k", "");
    let names: Vec<String> = (0..12).map(|number| format!("class {number}")).collect();
    let json = |count: usize| serde_json::json!({ "classes": names[..count] }).to_string();
    assert_eq!(opened(&files, &json(12)).info().classes.len(), 12);
    let text = refusal(&files, &json(9));
    assert!(
        text.contains("label 1 is 9, but 9 names are given"),
        "{text}"
    );
    let text = refusal(&[written(&folder, "b.bin", &records(1, &[4]))], &json(3));
    assert!(
        text.contains("classes is 3 names; the labels need 5"),
        "{text}"
    );
}

#[test]
fn broken_mnist_files_are_refused() {
    let folder = TempDir::new().unwrap();
    let good_images = [header(0x803, &[2, 2, 2]), vec![0; 8]].concat();
    let good_labels = [header(0x801, &[2]), vec![3, 9]].concat();
    let huge = u32::MAX;
    let cases = [
        (
            good_images.clone(),
            [header(0x801, &[3]), vec![3, 9, 1]].concat(),
            "3 labels for the 2 images",
        ),
        (
            good_images.clone(),
            [header(0x801, &[2]), vec![3, 10]].concat(),
            "label 1 is 10",
        ),
        (
            good_images.clone(),
            good_images.clone(),
            "begins with 0x00000803",
        ),
        (
            [header(0x803, &[2, 2, 2]), vec![0; 7]].concat(),
            good_labels.clone(),
            "7 bytes follow",
        ),
        (
            header(0x803, &[huge, huge, huge]),
            good_labels.clone(),
            "0 bytes follow",
        ),
        (
            header(0x803, &[2]),
            good_labels.clone(),
            "ends inside its header",
        ),
    ];
    for (images, labels, expected) in cases {
        let files = [
            written(&folder, "images", &images),
            written(&folder, "labels", &labels),
        ];
        let text = refusal(&files, "{}");
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let text = refusal(&[written(&folder, "images", &good_images)], "{}");
    assert!(text.contains("two files"), "{text}");
}

#[test]
fn a_damaged_gzip_stream_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut content = packed(&records(3, &[1]));
    content.truncate(content.len() - 9);
    let text = refusal(&[written(&folder, "cut.gz", &content)], "{}");
    assert!(text.contains("cut.gz"), "{text}");
}

#[test]
fn a_packed_file_is_unpacked_no_further_than_it_announces() {
    let folder = TempDir::new().unwrap();
    let images = |announced: u32, there: usize| {
        packed(&[header(0x803, &[1, announced, 1024]), vec![0; there]].concat())
    };
    let labels = written(&folder, "labels", &[0, 0, 8, 1, 0, 0, 0, 1, 7]);
    for (announced, there, words) in [
        (2, 4096, "more than 2048 bytes follow"),
        (2, 100, "100 bytes follow"),
    ] {
        let bomb = written(&folder, "images.gz", &images(announced, there));
        let text = refusal(&[bomb, labels.clone()], "{}");
        assert!(text.contains(words), "{text}");
    }
    let good = written(&folder, "images.gz", &images(2, 2048));
    assert_eq!(opened(&[good, labels], "{}").info().count, 1);
}

/// Sparse files, so nothing of their size is written; held, they would fill the memory.
#[test]
fn what_is_too_large_to_be_held_is_read_by_its_place() {
    let folder = TempDir::new().unwrap();
    let count = 400_000;
    let path = folder.path().join("large.bin");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(count * 3073).unwrap();
    let last = [vec![9], noise(3072, 5)].concat();
    std::os::unix::fs::FileExt::write_all_at(&file, &last, (count - 1) * 3073).unwrap();
    let small = written(&folder, "small.bin", &records(2, &[4]));
    let set = opened(&[path, small], "{}");
    assert_eq!(set.info().count, count as usize + 2);
    assert_eq!(
        (
            set.label(count as usize - 1).unwrap(),
            set.label(count as usize).unwrap()
        ),
        (9, 4)
    );
    assert_eq!(image(&set, count as usize - 1), noise(3072, 5));
    assert_eq!(image(&set, count as usize + 1), noise(3072, 2));
}

#[test]
fn files_of_another_kind_are_called_what_they_are() {
    let folder = TempDir::new().unwrap();
    let tar = [vec![b'x'; 257], b"ustar".to_vec()].concat();
    for (content, words) in [
        (
            &b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"[..],
            "Git LFS pointer",
        ),
        (&packed(&tar), "a tar archive"),
        (&tar, "a tar archive"),
        (b"<!doctype html>", "a web page"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"MATLAB 7.3 MAT-file", "save -v7"),
        (&made::npy("|u1", &[1], &[0]), "numpy.savez"),
        (&made::picture(2, 2, 1), "a single picture"),
        (b"anything", "no known format"),
    ] {
        let text = refusal(&[written(&folder, "file", content)], "{}");
        assert!(text.contains("file: ") && text.contains(words), "{text}");
    }
    assert!(refusal(&[], "{}").contains("at least one file"));
    let text = refusal(&[folder.path().join("none")], "{}");
    assert!(text.contains("No such file"), "{text}");
}

/// A pipe would hold whoever opens it for ever.
#[test]
fn a_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe.bin");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let text = refusal(std::slice::from_ref(&pipe), "{}");
    assert!(text.contains("is a named pipe"), "{text}");
    for format in [
        Format::Cifar10,
        Format::CifarPickle,
        Format::Svhn,
        Format::Npz,
        Format::Parquet,
    ] {
        let text = refused(format, &pipe, "{}");
        assert!(text.contains("is a named pipe"), "{format:?}: {text}");
    }
}

#[test]
fn options_without_effect_are_refused() {
    let folder = TempDir::new().unwrap();
    let path = written(&folder, "one.bin", &records(1, &[0]));
    for (json, words) in [
        (r#"{"resize": 256}"#, "resize is given; only pictures"),
        (r#"{"corruption": "fog"}"#, "only CIFAR-10-C"),
        (r#"{"kind": "mnist"}"#, "only idx files"),
        (r#"{"layout": "nchw"}"#, "only NumPy arrays"),
    ] {
        let text = refusal(std::slice::from_ref(&path), json);
        assert!(text.contains(words), "{text}");
    }
    assert!(serde_json::from_str::<valleyscope_dataset::Options>(r#"{"sise": 1}"#).is_err());
}
