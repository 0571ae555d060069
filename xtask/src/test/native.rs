//! The tests that cargo runs.

use std::{env, fs};

use anyhow::{Result, bail};

use super::count::Count;
use super::phase::one_check;
use super::watch;
use crate::{command, place, setup};

/// What compiles natively, in the two groups in which it is built elsewhere too.
/// Cargo unites the features of the packages it is given: other groups would compile half of the dependencies again.
/// The frontend is for the browser alone.
pub const GROUPS: [&[&str]; 2] = [
    &[
        "--workspace",
        "--exclude=valleyscope-frontend",
        "--exclude=xtask-web",
    ],
    &["--package=xtask-web"],
];

/// Where tests that cannot run without the real data sets write one line each.
const SKIP_LOG: &str = "VALLEYSCOPE_SKIP_LOG";

/// For the tests that start the program itself.
pub fn server() -> Result<Count> {
    let mut build = command::cargo(["build", "--release", "--package", "valleyscope"]);
    one_check(|| command::run(&mut build))
}

/// nextest where it is installed, for its isolation and its report; else cargo's own runner.
pub fn tests() -> Result<Count> {
    let log = place::target().join("skipped-tests.txt");
    fs::create_dir_all(place::target())?;
    fs::write(&log, "")?;
    let nextest = command::succeeds(&mut command::cargo(["nextest", "--version"]));
    let mut count = Count::default();
    for group in GROUPS {
        let mut tests = if nextest {
            command::cargo(["nextest", "run", "--release", "--no-fail-fast"])
        } else {
            command::cargo(["test", "--release", "--tests", "--no-fail-fast"])
        };
        count = count + watch::count(tests.args(group).env(SKIP_LOG, &log))?;
    }
    without_skipped(count, &fs::read_to_string(&log)?)
}

/// Takes the tests that wrote into the skip log from those that passed, as which the runner saw them.
fn without_skipped(count: Count, log: &str) -> Result<Count> {
    for line in log.lines() {
        println!("skipped: {line}");
    }
    let skipped = log.lines().count() as u64;
    if skipped > 0 && env::var("CI").as_deref() == Ok("true") {
        bail!("{skipped} tests were skipped; in CI the data they need must be there");
    }
    Ok(Count {
        passed: count.passed.saturating_sub(skipped),
        skipped: count.skipped + skipped,
        ..count
    })
}

/// rustdoc links the examples without our run path, so the loader is told where LibTorch is.
pub fn doc_tests() -> Result<Count> {
    let variable = if cfg!(target_os = "macos") {
        "DYLD_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let mut tests = command::cargo(["test", "--release", "--doc", "--no-fail-fast"]);
    tests
        .args(GROUPS[0])
        .env(variable, setup::libtorch::libraries()?);
    watch::count(&mut tests)
}
