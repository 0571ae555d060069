//! Adding a model to the library, and finding it there.

use super::*;
use crate::error::Error;
use tch::{Device, Kind};

#[test]
fn an_added_model_is_listed_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let card = resnet(14, Shortcut::Both, "imagenet".parse().unwrap());
    let file = weights("resnet14-both");
    library::add(folder.path(), "resnet14-both", &file, &card).unwrap();
    let names: Vec<_> = library::list(folder.path())
        .into_iter()
        .map(|listed| listed.name)
        .collect();
    assert_eq!(names, ["shapes-standard", "shapes-robust", "resnet14-both"]);
    let loaded = library::open(folder.path(), "resnet14-both", Device::Cpu, Kind::Float).unwrap();
    assert_eq!(loaded.card, card);
    let again = library::add(folder.path(), "resnet14-both", &file, &card);
    assert!(matches!(again, Err(Error::Exists { .. })));
}

#[test]
fn a_refused_file_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let card = resnet(56, Shortcut::Both, Normalisation::default());
    assert!(library::add(folder.path(), "wrong", &weights("resnet14-both"), &card).is_err());
    assert!(!folder.path().join("models").exists());
}

#[test]
fn names_cannot_leave_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let card = resnet(14, Shortcut::Both, Normalisation::default());
    let long = "a".repeat(65);
    for name in [
        "",
        "..",
        "../x",
        "a/b",
        "A",
        ".hidden",
        "-x",
        "a b",
        "é",
        long.as_str(),
    ] {
        let added = library::add(folder.path(), name, &weights("resnet14-both"), &card);
        assert!(matches!(added, Err(Error::Name { .. })), "{name}");
        let opened = library::open(folder.path(), name, Device::Cpu, Kind::Float);
        assert!(matches!(opened, Err(Error::Unknown { .. })), "{name}");
    }
}

#[test]
fn normalisations_are_read_by_name_or_by_numbers() {
    let read = |text: &str| text.parse::<Normalisation>();
    assert_eq!(read("none").unwrap(), Normalisation::default());
    assert_eq!(read("imagenet").unwrap().std, [0.229, 0.224, 0.225]);
    let own = read("0.5,0.4,0.3/0.25,0.25,0.2").unwrap();
    assert_eq!(
        (own.mean, own.std),
        (vec![0.5, 0.4, 0.3], vec![0.25, 0.25, 0.2])
    );
    for bad in ["", "0.5", "a/b", "0.5,0.4,0.3", "1/2/3"] {
        assert!(
            read(bad).unwrap_err().to_string().contains("normalisation"),
            "{bad}"
        );
    }
}
