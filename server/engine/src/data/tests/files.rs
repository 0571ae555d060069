//! Files under names: they are opened as they were registered.

use super::*;
use crate::error::Error;
use tempfile::TempDir;

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

#[test]
fn how_files_are_read_is_kept_with_their_name() {
    let folder = TempDir::new().unwrap();
    let images = made("mnist/t10k-images-idx3-ubyte");
    let labels = made("mnist/t10k-labels-idx1-ubyte");
    let options = Options {
        classes: Some((0..10).map(|class| format!("kind {class}")).collect()),
        ..Options::default()
    };
    register(folder.path(), "kinds", &[images, labels], &options).unwrap();
    let set = open(folder.path(), "kinds").unwrap();
    assert_eq!(set.info().classes[3], "kind 3");
    let named = files_of(folder.path(), "kinds");
    assert_eq!(named.len(), 3);
}

/// Written before the options were, by the name that the format had then.
#[test]
fn an_entry_of_an_earlier_version_is_opened() {
    let folder = TempDir::new().unwrap();
    let files = [
        "mnist/t10k-images-idx3-ubyte",
        "mnist/t10k-labels-idx1-ubyte",
    ]
    .map(made);
    register(folder.path(), "digits", &files, &Options::default()).unwrap();
    let path = folder.path().join("data/digits.json");
    let mut entry: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    entry["format"] = "mnist".into();
    entry.as_object_mut().unwrap().remove("options");
    std::fs::write(&path, entry.to_string()).unwrap();
    assert_eq!(open(folder.path(), "digits").unwrap().info().count, 8);
}

#[test]
fn a_folder_of_class_folders_is_one_set_and_changes_are_seen() {
    let folder = TempDir::new().unwrap();
    let pictures = folder.path().join("pictures");
    for class in ["cat", "dog"] {
        std::fs::create_dir_all(pictures.join(class)).unwrap();
        let picture = image::RgbImage::from_pixel(4, 5, image::Rgb([7, 8, 9]));
        picture.save(pictures.join(class).join("one.png")).unwrap();
    }
    let paths = [pictures.clone()];
    let info = register(folder.path(), "pets", &paths, &Options::default()).unwrap();
    assert_eq!((info.count, info.shape), (2, [3, 5, 4]));
    assert_eq!(info.classes, ["cat", "dog"]);
    let set = open(folder.path(), "pets").unwrap();
    assert_eq!(set.image(1).unwrap()[20], 8.0 / 255.0);
    // Whoever holds what was made of them looks at the folders within too.
    let files = files_of(folder.path(), "pets");
    assert!(files.contains(&pictures.join("dog")), "{files:?}");
}
