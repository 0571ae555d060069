//! The tests that cargo runs.

use anyhow::Result;

use super::count::Count;
use super::phase::one_check;
use super::runner::{self, Selection};
use super::waiting;
use crate::native::{self, GROUPS};
use crate::{command, setup};

/// The frontend runs in the browser alone; what it computes without one is tested here too.
const PAGE: &[&str] = &["--package=valleyscope-frontend"];

/// Nothing there takes a moment, and its many dependencies compile in a fraction of the time where they need not be fast.
const PAGE_PROFILE: &str = "page";

/// For the tests that start the program itself.
pub fn server() -> Result<Count> {
    one_check(|| command::run(&mut native::build("--bin", "valleyscope")))
}

/// Those that wait for data pass for the runner and are skipped for us.
pub fn tests() -> Result<Count> {
    let record = waiting::fresh()?;
    let mut count = Count::default();
    for group in GROUPS.into_iter().chain([PAGE]) {
        let mut selection = Selection::of(group);
        if group == PAGE {
            selection.profile = PAGE_PROFILE;
        }
        selection.environment.extend(record.environment());
        count = count + runner::run(&selection)?;
    }
    Ok(count.with_waiting(record.waiting()?.len()))
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
    runner::count(&mut tests)
}
