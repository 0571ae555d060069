//! The tests that cargo runs.

use anyhow::Result;

use super::count::Count;
use super::phase::one_check;
use super::watch;
use crate::{command, setup};

/// What compiles natively, in the two groups in which it is built elsewhere too.
/// Cargo unites the features of the packages it is given: other groups would compile half of the dependencies again.
pub const GROUPS: [&[&str]; 2] = [
    &[
        "--workspace",
        "--exclude=valleyscope-frontend",
        "--exclude=xtask-web",
    ],
    &["--package=xtask-web"],
];

/// The frontend runs in the browser alone; what it computes without one is tested here too.
const PAGE: &[&str] = &["--package=valleyscope-frontend"];

/// For the tests that start the program itself.
pub fn server() -> Result<Count> {
    let mut build = command::cargo(["build", "--release", "--package", "valleyscope"]);
    one_check(|| command::run(&mut build))
}

/// nextest where it is installed, for its isolation and its report; else cargo's own runner.
/// Both show what passing tests print, because that is where a test says that it was skipped.
pub fn tests() -> Result<Count> {
    let nextest = command::succeeds(&mut command::cargo(["nextest", "--version"]));
    let mut count = Count::default();
    for group in GROUPS.into_iter().chain([PAGE]) {
        let mut tests = if nextest {
            command::cargo(["nextest", "run", "--success-output=immediate"])
        } else {
            command::cargo(["test", "--tests"])
        };
        tests.args(["--release", "--no-fail-fast"]).args(group);
        // Tests run side by side; LibTorch's own threads on top would fight over the same cores.
        tests.env("OMP_NUM_THREADS", "1");
        if !nextest {
            tests.args(["--", "--show-output"]);
        }
        count = count + watch::count(&mut tests)?;
    }
    Ok(count)
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
