//! The public data that some tests read: weights, data sets and golden values that others made and that are no part of the project.
//!
//! `docs/test-data.md` says what the folder holds.
//! Without it these tests wait: they pass, and leave a line in the suite's record, which says so at its end.

mod record;

pub use record::{Asked, RECORD, read};

use std::path::PathBuf;

/// Names the folder; a relative path is taken from the project's root.
pub const FOLDER: &str = "VALLEYSCOPE_TEST_DATA";

/// Where the folder is when nothing names it: beside the project.
pub const BESIDE: &str = "../shared/data";

/// The folder of public data, whether it is there or not.
pub fn folder() -> PathBuf {
    crate::root().join(folder_as_named())
}

/// The folder as a user writes it.
pub fn folder_as_named() -> PathBuf {
    match std::env::var_os(FOLDER) {
        Some(folder) if !folder.is_empty() => folder.into(),
        _ => BESIDE.into(),
    }
}

/// Where a file of the folder lies. Golden values, `vectors`, may lie in it or beside it.
pub fn file(path: &str) -> PathBuf {
    let inside = folder().join(path);
    let beside = folder().join("..").join(path);
    if path.starts_with("vectors/") && !inside.exists() && beside.exists() {
        return beside;
    }
    inside
}

/// The folder, if it holds all of these files; else the test that asks has to wait, and returns.
///
/// # Panics
/// Where `CI` is `true` and one is missing: a machine that is to run every test must have what they need.
pub fn with<const N: usize>(wanted: [&str; N]) -> Option<PathBuf> {
    let missing: Vec<_> = wanted
        .into_iter()
        .filter(|path| !file(path).exists())
        .collect();
    let complete = missing.is_empty();
    let text = missing.join(", ");
    assert!(
        complete || !in_ci(),
        "{text} is missing in {}, and in CI nothing may be; {FOLDER} names another folder",
        folder().display()
    );
    record::write(&missing);
    if !complete {
        eprintln!("waits for {text}, which {} has not", folder().display());
    }
    complete.then(folder)
}

/// The same for a golden file among the `vectors`: its path.
///
/// # Panics
/// As [`with`].
pub fn vector(name: &str) -> Option<PathBuf> {
    let path = format!("vectors/{name}");
    with([&path]).map(|_| file(&path))
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// A file below `server/engine/tests/golden`: values beside the script that made them, and the small networks and images of `made`.
pub fn golden(path: &str) -> PathBuf {
    crate::root().join("server/engine/tests/golden").join(path)
}
