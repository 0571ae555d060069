//! Entries that are damaged, and entries that go.

use super::super::{list, remove};
use super::*;
use crate::catalog;
use crate::error::Error;
use crate::model::library;
use tempfile::TempDir;

/// A folder with one good data set, `mine`, and what is written beside it in `data`.
fn with_beside(name: &str, content: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let images = folder.path().join("images.bin");
    std::fs::write(&images, [3; 3073]).unwrap();
    register(folder.path(), "mine", &[images], &Default::default()).unwrap();
    std::fs::write(folder.path().join("data").join(name), content).unwrap();
    folder
}

#[test]
fn a_damaged_entry_is_listed_with_its_problem_and_keeps_nothing_from_working() {
    for (name, content) in [
        ("empty.json", ""),
        ("half.json", "{\"format\": \"cifar10\", \"fil"),
        ("Unfit Name.json", "{}"),
    ] {
        let folder = with_beside(name, content);
        let id = name.trim_end_matches(".json");
        let sets = catalog::data_sets(folder.path());
        let bad = sets.iter().find(|set| set.id == id).unwrap();
        assert!(bad.problem.is_some(), "{name}");
        let good = sets.iter().find(|set| set.id == "mine").unwrap();
        assert_eq!((good.count, &good.problem), (1, &None));
        assert!(open(folder.path(), "mine").is_ok() && open(folder.path(), id).is_err());
        // Not the damaged one, but another that is not there: the names are told all the same.
        let unknown = open(folder.path(), "nowhere").err().unwrap();
        assert!(unknown.to_string().contains("mine"), "{unknown}");
        remove(folder.path(), id).unwrap();
        assert_eq!(list(folder.path()).len(), 3);
    }
}

#[test]
fn what_comes_with_the_program_and_what_is_elsewhere_cannot_be_removed() {
    let folder = with_beside("other.json", "");
    let outside = folder.path().join("outside.json");
    std::fs::write(&outside, "").unwrap();
    for name in ["../outside", "nowhere", "", "."] {
        let refused = remove(folder.path(), name);
        assert!(matches!(refused, Err(Error::Unknown { .. })), "{name}");
        let refused = library::remove(folder.path(), name);
        assert!(matches!(refused, Err(Error::Unknown { .. })), "{name}");
    }
    assert!(outside.exists());
    let refused = remove(folder.path(), "shapes-test");
    assert!(matches!(refused, Err(Error::Embedded { .. })));
    let refused = library::remove(folder.path(), "shapes-robust");
    assert!(matches!(refused, Err(Error::Embedded { .. })));
}

#[test]
fn a_damaged_model_is_listed_with_its_problem_and_can_be_removed() {
    let folder = TempDir::new().unwrap();
    let models = folder.path().join("models");
    for name in ["nothing", "half", "Unfit"] {
        std::fs::create_dir_all(models.join(name)).unwrap();
    }
    std::fs::write(models.join("half/model.json"), "{").unwrap();
    std::fs::write(models.join("a-file"), "").unwrap();
    std::fs::create_dir(models.join(".on-its-way.tmp")).unwrap();
    let catalog = catalog::catalog(folder.path(), tch::Device::Cpu);
    let bad: Vec<&str> = (catalog.models.iter())
        .filter(|model| model.problem.is_some())
        .map(|model| model.id.as_str())
        .collect();
    assert_eq!(bad, ["Unfit", "a-file", "half", "nothing"]);
    for name in bad {
        library::remove(folder.path(), name).unwrap();
    }
    assert_eq!(library::list(folder.path()).len(), 2);
}

#[test]
fn folders_that_are_none_are_listed_with_their_problem() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("models"), "").unwrap();
    std::fs::write(folder.path().join("data"), "").unwrap();
    let catalog = catalog::catalog(folder.path(), tch::Device::Cpu);
    let model = catalog.model("models").unwrap();
    let set = catalog.data_set("data").unwrap();
    assert!(model.problem.is_some() && set.problem.is_some());
    assert!(catalog.model("shapes-robust").unwrap().problem.is_none());
}
