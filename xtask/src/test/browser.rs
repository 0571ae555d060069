//! The tests in `tests/browser`, run by node.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::count::Count;
use super::node::Summary;
use super::watch;
use crate::{place, setup, system};

/// One test file at a time: two cores are soon busy with a server and a browser, and some tests measure time.
pub fn tests() -> Result<Count> {
    setup::browser::ensure()?;
    let folder = place::root().join("tests/browser");
    let node = system::find(["node"]).context("node is not on the PATH")?;
    let mut tests = Command::new(node);
    tests
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(test_files(&folder)?)
        .current_dir(&folder)
        .env("VALLEYSCOPE", place::target().join("release/valleyscope"))
        .env("CHROMIUM", setup::browser::chromium()?)
        .env("NGINX", setup::browser::nginx()?)
        .env("PYTHON", setup::readers::python()?);
    let mut summary = Summary::default();
    let well = watch::lines(&mut tests, |line| summary.line(line))?;
    let count = summary.count().with_status(well);
    if count == Count::default() {
        bail!("node ran no browser test at all");
    }
    Ok(count)
}

/// `*.test.mjs` by name, because older versions of node know no patterns.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if name.to_string_lossy().ends_with(".test.mjs") {
            files.push(PathBuf::from(name));
        }
    }
    files.sort();
    Ok(files)
}
