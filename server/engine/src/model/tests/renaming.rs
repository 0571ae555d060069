//! Another name for a model, and words about it that leave its card alone.

use super::*;
use crate::error::Error;
use tch::{Device, Kind};

/// A data directory with one model.
fn with_model(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut card = resnet(14, Shortcut::Both, Normalisation::default());
    card.licence = Some("MIT".to_owned());
    card.facts.insert("acc".to_owned(), "92.12".to_owned());
    library::add(folder.path(), name, &weights("resnet14-both"), &card).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let listed = library::list(folder).into_iter();
    listed.map(|listed| listed.name).skip(2).collect()
}

#[test]
fn a_renamed_model_is_found_under_both_names_until_another_has_the_former() {
    let folder = with_model("old");
    let place = folder.path();
    let before = library::digests(place, "old").unwrap();
    library::rename(place, "old", "new").unwrap();
    assert_eq!(names(place), ["new"]);
    assert_eq!(library::about(place, "new").unwrap().formerly, ["old"]);
    assert_eq!(library::renamed(place, "old").as_deref(), Some("new"));
    assert_eq!(library::digests(place, "old").unwrap(), before);
    assert_eq!(
        library::files_of(place, "old"),
        library::files_of(place, "new")
    );
    library::open(place, "old", Device::Cpu, Kind::Float).unwrap();
    // Another model of that name is meant from then on.
    let card = resnet(14, Shortcut::After, Normalisation::default());
    library::add(place, "old", &weights("resnet14-after"), &card).unwrap();
    assert_eq!(library::renamed(place, "old"), None);
    assert_ne!(library::digests(place, "old").unwrap(), before);
    // Who had the name before both of them have another, nobody can say.
    library::rename(place, "old", "newer").unwrap();
    assert_eq!(library::renamed(place, "old"), None);
}

#[test]
fn a_model_that_gets_its_name_back_never_had_another_by_that_name() {
    let folder = with_model("old");
    let place = folder.path();
    library::rename(place, "old", "new").unwrap();
    library::rename(place, "new", "old").unwrap();
    library::rename(place, "old", "old").unwrap();
    assert_eq!(library::about(place, "old").unwrap().formerly, ["new"]);
    assert_eq!(names(place), ["old"]);
}

#[test]
fn names_that_are_taken_unfit_or_not_there_are_refused_and_nothing_changes() {
    let folder = with_model("old");
    let place = folder.path();
    std::fs::create_dir(place.join("models/taken")).unwrap();
    let refused = |from: &str, to: &str| library::rename(place, from, to).unwrap_err();
    for taken in ["taken", "shapes-robust"] {
        assert!(matches!(refused("old", taken), Error::Exists { .. }));
    }
    for unfit in ["../out", "Old", "", ".new"] {
        assert!(matches!(refused("old", unfit), Error::Name { .. }));
    }
    for unknown in ["nope", "..", "../models/old"] {
        assert!(matches!(refused(unknown, "new"), Error::Unknown { .. }));
    }
    let embedded = refused("shapes-robust", "new");
    assert!(matches!(embedded, Error::Embedded { .. }), "{embedded}");
    assert_eq!(names(place), ["old", "taken"]);
    assert!(library::about(place, "old").unwrap().formerly.is_empty());
}

#[test]
fn terms_of_use_are_changed_and_taken_back_without_another_card() {
    let folder = with_model("mine");
    let place = folder.path();
    let before = library::digests(place, "mine").unwrap();
    let licence = || {
        let card = library::read_card(&place.join("models/mine")).unwrap();
        library::licence(place, "mine", &card).unwrap()
    };
    assert_eq!(licence().as_deref(), Some("MIT"));
    library::set_licence(place, "mine", Some("research only")).unwrap();
    assert_eq!(licence().as_deref(), Some("research only"));
    library::set_licence(place, "mine", None).unwrap();
    assert_eq!(licence(), None);
    library::rename(place, "mine", "new").unwrap();
    library::set_licence(place, "new", Some("MIT")).unwrap();
    assert_eq!(library::digests(place, "new").unwrap(), before);
    let about = library::about(place, "new").unwrap();
    assert_eq!(about.formerly, ["mine"]);
    assert_eq!(
        (about.facts[0].name.as_str(), about.facts[0].value.as_str()),
        ("acc", "92.12")
    );
    let embedded = library::set_licence(place, "shapes-robust", Some("MIT"));
    assert!(matches!(embedded, Err(Error::Embedded { .. })));
}

#[test]
fn notes_that_cannot_be_read_do_not_keep_a_model_from_being_used() {
    let folder = with_model("mine");
    let place = folder.path();
    std::fs::write(place.join("models/mine/notes.json"), "{").unwrap();
    assert!(library::about(place, "mine").is_err());
    library::open(place, "mine", Device::Cpu, Kind::Float).unwrap();
    assert!(library::set_licence(place, "mine", Some("MIT")).is_err());
    let catalog = crate::catalog::catalog(place, Device::Cpu);
    let listed = catalog.model("mine").unwrap();
    assert_eq!((&listed.problem, &listed.licence), (&None, &None));
}
