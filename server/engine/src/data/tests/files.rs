//! CIFAR-10 and MNIST files, whole and broken.

use super::*;
use crate::error::Error;
use std::io::Write;
use tempfile::TempDir;

fn written(folder: &TempDir, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// Why registering the files is refused.
fn refusal(folder: &TempDir, files: &[PathBuf]) -> String {
    register(folder.path(), "set", files, &Default::default())
        .unwrap_err()
        .to_string()
}

#[test]
fn a_cifar_file_gives_its_images_and_labels() {
    let folder = TempDir::new().unwrap();
    let file = made("cifar10/test_batch.first8.bin");
    let info = register(
        folder.path(),
        "cifar10-test",
        std::slice::from_ref(&file),
        &Default::default(),
    )
    .unwrap();
    assert_eq!((info.count, info.shape), (8, [3, 32, 32]));
    let set = open(folder.path(), "cifar10-test").unwrap();
    let content = std::fs::read(file).unwrap();
    for (index, record) in content.chunks_exact(3073).enumerate() {
        assert_eq!(set.label(index).unwrap(), usize::from(record[0]));
        let pixels = record[1..].iter().map(|byte| f32::from(*byte) / 255.0);
        assert_eq!(set.image(index).unwrap(), pixels.collect::<Vec<_>>());
    }
    assert!(matches!(
        set.image(8),
        Err(Error::Index {
            index: 8,
            count: 8,
            ..
        })
    ));
}

#[test]
fn several_cifar_files_are_one_set() {
    let folder = TempDir::new().unwrap();
    let first = made("cifar10/test_batch.first8.bin");
    let content = std::fs::read(&first).unwrap();
    // Three of the same images, so that the parts differ in length.
    let second = written(&folder, "more.bin", &content[5 * 3073..]);
    let info = register(
        folder.path(),
        "cifar10-train",
        &[first, second],
        &Default::default(),
    )
    .unwrap();
    assert_eq!(info.count, 11);
    let set = open(folder.path(), "cifar10-train").unwrap();
    assert_eq!(set.label(8).unwrap(), usize::from(content[5 * 3073]));
    assert_eq!(set.image(10).unwrap(), set.image(7).unwrap());
}

#[test]
fn a_truncated_cifar_file_is_refused_with_its_size() {
    let folder = TempDir::new().unwrap();
    let content = std::fs::read(made("cifar10/test_batch.first8.bin")).unwrap();
    for size in [0, 1, 3072, 5000] {
        let file = written(&folder, "cut.bin", &content[..size]);
        let text = refusal(&folder, &[file]);
        assert!(
            text.contains("cut.bin")
                && text.contains(&format!("{size} bytes"))
                && text.contains("3073"),
            "{text}"
        );
    }
}

#[test]
fn a_label_beyond_nine_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut content = vec![0; 2 * 3073];
    content[3073] = 10;
    let text = refusal(&folder, &[written(&folder, "label.bin", &content)]);
    assert!(text.contains("image 1 has label 10"), "{text}");
}

#[test]
fn mnist_is_read_packed_or_plain_in_either_order() {
    let (images, labels) = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
    let content = std::fs::read(made("mnist").join(images)).unwrap();
    let pixels: Vec<f32> = content[16..]
        .iter()
        .map(|byte| f32::from(*byte) / 255.0)
        .collect();
    let names = std::fs::read(made("mnist").join(labels)).unwrap();
    for suffixes in [["", ""], [".gz", ".gz"], [".gz", ""], ["", ".gz"]] {
        let [images, labels] = [(images, suffixes[0]), (labels, suffixes[1])]
            .map(|(name, suffix)| made("mnist").join(format!("{name}{suffix}")));
        for files in [[images.clone(), labels.clone()], [labels, images]] {
            let folder = TempDir::new().unwrap();
            let info = register(folder.path(), "mnist-test", &files, &Default::default()).unwrap();
            assert_eq!((info.count, info.shape), (8, [1, 28, 28]));
            let set = open(folder.path(), "mnist-test").unwrap();
            for (index, image) in pixels.chunks_exact(28 * 28).enumerate() {
                assert_eq!(set.image(index).unwrap(), image);
                assert_eq!(set.label(index).unwrap(), usize::from(names[8 + index]));
            }
        }
    }
}

#[test]
fn broken_mnist_files_are_refused() {
    let folder = TempDir::new().unwrap();
    let header = |magic: u32, sizes: &[u32]| -> Vec<u8> {
        std::iter::once(magic)
            .chain(sizes.iter().copied())
            .flat_map(u32::to_be_bytes)
            .collect()
    };
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
        let text = refusal(&folder, &files);
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let text = refusal(&folder, &[written(&folder, "images", &good_images)]);
    assert!(text.contains("two files"), "{text}");
}

#[test]
fn a_damaged_gzip_stream_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&[7; 5000]).unwrap();
    let mut packed = encoder.finish().unwrap();
    packed.truncate(packed.len() - 9);
    let text = refusal(&folder, &[written(&folder, "cut.gz", &packed)]);
    assert!(text.contains("cut.gz"), "{text}");
}

/// `content` as gzip.
fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_packed_file_is_unpacked_no_further_than_it_announces() {
    let folder = TempDir::new().unwrap();
    let images = |announced: u32, there: usize| {
        let sizes = [0x803, 1, announced, 1024u32].map(u32::to_be_bytes);
        packed(&[sizes.concat(), vec![0; there]].concat())
    };
    let labels = written(&folder, "labels", &[0, 0, 8, 1, 0, 0, 0, 1, 7]);
    for (announced, there, words) in [
        (2, 4096, "more than 2048 bytes follow"),
        (2, 100, "100 bytes follow"),
    ] {
        let bomb = written(&folder, "images.gz", &images(announced, there));
        let text = refusal(&folder, &[bomb, labels.clone()]);
        assert!(text.contains(words), "{text}");
    }
    let good = written(&folder, "images.gz", &images(2, 2048));
    assert_eq!(
        register(folder.path(), "set", &[good, labels], &Default::default())
            .unwrap()
            .count,
        1
    );
}

/// Sparse files, so nothing of their size is written; read, they would be.
#[test]
fn the_files_of_a_set_share_one_limit() {
    let folder = TempDir::new().unwrap();
    let sparse = |name: &str, size: u64| {
        let path = folder.path().join(name);
        std::fs::File::create(&path).unwrap().set_len(size).unwrap();
        path
    };
    let text = refusal(&folder, &[sparse("one.bin", 2 << 30)]);
    assert!(text.contains("holds 2.1 GB; at most 1.1 GB"), "{text}");
    let small = 3073 * 1000;
    let files = [sparse("small.bin", small), sparse("rest.bin", 1 << 30)];
    let text = refusal(&folder, &files);
    assert!(
        text.contains("rest.bin") && text.contains("1.1 GB together"),
        "{text}"
    );
}

#[test]
fn files_of_another_kind_are_called_what_they_are() {
    let folder = TempDir::new().unwrap();
    for (content, words) in [
        (
            &b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"[..],
            "Git LFS pointer",
        ),
        (b"\x80\x02}q\x01U\x0bbatch_label", "take the binary version"),
        (
            &packed(&[vec![b'x'; 257], b"ustar".to_vec()].concat()),
            "a tar archive",
        ),
    ] {
        let text = refusal(&folder, &[written(&folder, "batch.bin", content)]);
        assert!(text.contains("batch.bin") && text.contains(words), "{text}");
    }
}

/// A pipe would hold every catalogue and every run of the server for ever.
#[test]
fn a_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe.bin");
    crate::file::tests::pipe(&pipe);
    let text = refusal(&folder, std::slice::from_ref(&pipe));
    assert!(text.contains("is a named pipe"), "{text}");
    std::fs::create_dir_all(folder.path().join("data")).unwrap();
    std::fs::rename(&pipe, folder.path().join("data/set.json")).unwrap();
    let text = open(folder.path(), "set")
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(text.contains("is a named pipe"), "{text}");
}

#[test]
fn unknown_and_unfit_names_are_refused() {
    let folder = TempDir::new().unwrap();
    let file = made("cifar10/test_batch.first8.bin");
    for name in ["", "..", "a/b", "Upper", ".x"] {
        let refused = register(
            folder.path(),
            name,
            std::slice::from_ref(&file),
            &Default::default(),
        );
        assert!(matches!(refused, Err(Error::Name { .. })), "{name}");
        assert!(
            matches!(open(folder.path(), name), Err(Error::Unknown { .. })),
            "{name}"
        );
    }
    let taken = register(folder.path(), "shapes-test", &[file], &Default::default());
    assert!(matches!(taken, Err(Error::Exists { .. })));
    let text = open(folder.path(), "cifar")
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(text.contains("shapes-test, shapes-train"), "{text}");
    assert!(
        register(folder.path(), "none", &[], &Default::default())
            .unwrap_err()
            .to_string()
            .contains("at least one file")
    );
}
