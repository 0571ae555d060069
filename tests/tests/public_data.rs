//! Public data have one way in, so that a clone without them knows what waits for them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::Command;

use valleyscope_tests::data::{self, FOLDER, RECORD};
use valleyscope_tests::root;

/// Files of programs and tests below a folder of the project.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_owned();
            if path.is_dir() && name != "node_modules" && name != "output" {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|kind| kind == "rs" || kind == "mjs")
            {
                found.push(path);
            }
        }
    }
    found
}

/// A path of its own to the data would fail on every clone that has none.
#[test]
fn only_the_way_in_knows_where_public_data_lie() {
    let folder = concat!("../sha", "red");
    let way_in = Path::new("tests/src/data.rs");
    let mut seen = false;
    for path in ["server", "tests", "xtask", "shared"].map(files).concat() {
        let inside = path.strip_prefix(root()).unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let names_it =
            text.contains(&format!("{folder}/")) || text.contains(&format!("{folder}\""));
        if inside == way_in {
            seen = names_it;
        } else {
            assert!(!names_it, "{} names {folder}", inside.display());
        }
    }
    assert!(seen);
}

/// What the project keeps in its place stays small.
#[test]
fn the_small_networks_and_images_are_there_and_small() {
    let made = root().join("server/engine/tests/golden/made");
    let mut folders = vec![made];
    let (mut files, mut bytes) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.metadata().unwrap();
            match kind.is_dir() {
                true => folders.push(entry.path()),
                false => (files, bytes) = (files + 1, bytes + kind.len()),
            }
        }
    }
    assert!(
        files > 20 && bytes < 1 << 20,
        "{files} files, {bytes} bytes"
    );
}

/// Set where a test below starts `asks`.
const ASK: &str = "VALLEYSCOPE_ASK";

/// A test that reads public data, when it is told to; by itself it does nothing.
#[test]
fn asks() {
    if std::env::var_os(ASK).is_some() {
        let found = data::with(["weights/net/model.safetensors", "vectors/values.json"]);
        println!("found {found:?}");
    }
}

/// Whether `asks` passes with this folder, and what it leaves in the record.
fn asked(folder: &Path, ci: Option<&str>) -> (bool, Vec<String>) {
    let place = tempfile::tempdir().unwrap();
    let record = place.path().join("record");
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", "asks", "--nocapture"])
        .env(ASK, "1")
        .env(FOLDER, folder)
        .env(RECORD, &record)
        .env_remove("CI")
        .envs(ci.map(|value| ("CI", value)));
    let passed = test.output().unwrap().status.success();
    let mut lines = data::read(&record).unwrap();
    assert!(lines.len() <= 1);
    let missing = lines.pop().map(|asked| {
        assert_eq!(asked.test, "asks");
        asked.missing.into_iter().collect()
    });
    (passed, missing.unwrap_or_default())
}

#[test]
fn a_test_without_its_data_passes_and_is_recorded_but_fails_in_ci() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("test data");
    let weights = "weights/net/model.safetensors";
    let vectors = "vectors/values.json";
    for none in ["", "false"] {
        let found = asked(&place, Some(none));
        assert_eq!(found, (true, vec![vectors.to_owned(), weights.to_owned()]));
    }
    assert!(!asked(&place, Some("true")).0);

    let write = |file: PathBuf| {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    };
    write(place.join(weights));
    assert_eq!(asked(&place, None), (true, vec![vectors.to_owned()]));
    // Golden values may lie beside the folder.
    write(folder.path().join(vectors));
    assert_eq!(asked(&place, Some("true")), (true, Vec::new()));
}
