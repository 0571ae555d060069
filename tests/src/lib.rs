//! For tests: reading the project itself (which crate depends on which, what the sources say), finding the public data, and
//! damaging files on purpose.

pub mod data;
pub mod mutate;
mod source;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

pub use source::{Source, lines_with, sources};

/// The repository's root.
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// Adds a line to the file that a variable of the environment names, in one write, so that tests that run side by side do not mix theirs.
/// Says whether one is named.
fn append(variable: &str, line: &str) -> bool {
    let Some(file) = std::env::var_os(variable) else {
        return false;
    };
    let mut options = std::fs::OpenOptions::new();
    let opened = options.create(true).append(true).open(&file);
    if let Err(error) = opened.and_then(|mut file| file.write_all(line.as_bytes())) {
        panic!("cannot write {}: {error}", Path::new(&file).display());
    }
    true
}

/// Names of the packages that `package` needs to run, itself included; build and test dependencies do not count.
pub fn dependencies(package: &str) -> Result<BTreeSet<String>> {
    tree(package, "--depth=999")
}

/// Names of the packages that `package` itself names as needed to run, and its own.
pub fn direct_dependencies(package: &str) -> Result<BTreeSet<String>> {
    tree(package, "--depth=1")
}

/// Asks cargo without the network: whoever runs a test has built what it is about.
fn tree(package: &str, depth: &str) -> Result<BTreeSet<String>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["tree", "--locked", "--offline", "--package", package, depth])
        .args(["--edges=normal", "--prefix=none", "--format={p}"])
        .current_dir(root())
        .output()
        .context("cannot start cargo")?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "cargo tree --package {package}: {told}"
    );
    // A line is the name, the version, and notes in brackets.
    let lines = String::from_utf8(output.stdout)?;
    Ok(lines
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect())
}
