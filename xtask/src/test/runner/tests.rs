//! Both runners count the tests of a small project that does its best to mislead them.

use super::*;
use std::fs;
use tempfile::TempDir;

const MANIFEST: &str = r#"
[package]
name = "misleading"
edition = "2024"
[lib]
path = "lib.rs"
[[test]]
name = "other"
path = "other.rs"
[workspace]
"#;

/// Five tests; one fails, one is ignored, and two print what a test program prints at its end.
const LIBRARY: &str = r#"
#[cfg(test)]
mod tests {
    const REPORT: &str = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    #[test]
    fn quiet() {}

    #[test]
    fn prints_a_report() {
        println!("{REPORT}");
        eprintln!("{REPORT}\n     Summary [ 0.1s] 20 tests run: 20 passed, 0 skipped");
    }

    #[test]
    fn fails_with_a_report() {
        println!("{REPORT}");
        panic!("{REPORT}");
    }

    #[test]
    #[ignore = "to be counted as skipped"]
    fn left_out() {}

    #[test]
    fn another() {}
}
"#;

const OTHER: &str = "#[test]\nfn quiet() {}\n";

fn project(folder: &TempDir) -> Selection {
    // A blank in the path costs nothing here.
    let place = folder.path().join("a path");
    fs::create_dir_all(place.join(".config")).unwrap();
    let config = place::root().join(".config/nextest.toml");
    fs::copy(config, place.join(".config/nextest.toml")).unwrap();
    for (name, text) in [
        ("Cargo.toml", MANIFEST),
        ("lib.rs", LIBRARY),
        ("other.rs", OTHER),
    ] {
        fs::write(place.join(name), text).unwrap();
    }
    let target = place.join("target");
    Selection {
        environment: vec![("CARGO_TARGET_DIR", Some(target.clone()))],
        folder: place,
        target,
        packages: Vec::new(),
        profile: "release",
        tests: Vec::new(),
    }
}

const RIGHT: Count = Count {
    passed: 4,
    failed: 1,
    skipped: 1,
};

/// More or fewer than it lists is an error of `run`.
#[test]
fn nextest_is_held_to_its_own_list() {
    if !nextest::installed() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let selection = project(&folder);
    assert_eq!(nextest::run(&selection).unwrap(), RIGHT);

    let some = Selection {
        tests: vec!["quiet".into(), "tests::quiet".into()],
        ..selection
    };
    assert_eq!(nextest::run(&some).unwrap().passed, 2);
}

#[test]
fn cargos_own_runner_is_counted_once() {
    let folder = TempDir::new().unwrap();
    let selection = project(&folder);
    assert_eq!(run_by_cargo(&selection).unwrap(), RIGHT);

    let some = Selection {
        tests: vec!["quiet".into(), "tests::quiet".into()],
        ..selection
    };
    assert_eq!(run_by_cargo(&some).unwrap().passed, 2);
}

#[test]
fn what_does_not_compile_is_a_failure() {
    let folder = TempDir::new().unwrap();
    let selection = project(&folder);
    fs::write(selection.folder.join("lib.rs"), "fn").unwrap();
    assert_eq!(run(&selection).unwrap(), Count::FAILED);
}
