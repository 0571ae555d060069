//! The phases, in their order: what is cheap or prepares the rest comes first.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use super::Part;
use super::count::Count;
use super::watch;
use crate::setup::{self, wasm};
use crate::{command, place, size, system, web};

pub struct Phase {
    pub name: &'static str,
    /// The values of `--only` that include it.
    pub parts: &'static [Part],
    pub work: fn() -> Result<Count>,
}

pub const PHASES: &[Phase] = &[
    Phase {
        name: "format",
        parts: &[Part::Lint],
        work: format,
    },
    Phase {
        name: "setup",
        parts: &[Part::Lint, Part::Rust, Part::Browser],
        work: setup,
    },
    Phase {
        name: "web build",
        parts: &[Part::Web, Part::Browser],
        work: web_build,
    },
    Phase {
        name: "size",
        parts: &[Part::Web],
        work: web_size,
    },
    Phase {
        name: "clippy",
        parts: &[Part::Lint],
        work: clippy,
    },
    Phase {
        name: "clippy for wasm",
        parts: &[Part::Lint],
        work: clippy_wasm,
    },
    Phase {
        name: "tests",
        parts: &[Part::Rust],
        work: tests,
    },
    Phase {
        name: "documentation tests",
        parts: &[Part::Rust],
        work: doc_tests,
    },
    Phase {
        name: "browser tests",
        parts: &[Part::Browser],
        work: browser_tests,
    },
];

/// Everything that compiles natively. The frontend is for the browser alone.
const NATIVE: [&str; 3] = ["--workspace", "--exclude", "valleyscope-frontend"];
const NO_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Where tests that cannot run without the real data sets write one line each.
const SKIP_LOG: &str = "VALLEYSCOPE_SKIP_LOG";

fn one_check(work: impl FnOnce() -> Result<()>) -> Result<Count> {
    work().map(|()| Count::PASSED)
}

fn format() -> Result<Count> {
    one_check(|| {
        command::run(&mut command::cargo(["fmt", "--all", "--check"]))
            .context("run `cargo fmt --all`")
    })
}

fn setup() -> Result<Count> {
    one_check(setup::for_build)
}

fn web_build() -> Result<Count> {
    one_check(web::build)
}

fn web_size() -> Result<Count> {
    one_check(size::check)
}

fn clippy() -> Result<Count> {
    let mut clippy = command::cargo(["clippy", "--release", "--all-targets"]);
    one_check(|| command::run(clippy.args(NATIVE).args(NO_WARNINGS)))
}

fn clippy_wasm() -> Result<Count> {
    let compiler = wasm::ensure()?;
    wasm::ensure_clippy(&compiler)?;
    let mut clippy = compiler.cargo("clippy");
    clippy.args(["--profile", "web", "--package", "valleyscope-frontend"]);
    one_check(|| {
        command::run(
            clippy
                .args(["--package", "valleyscope-shared"])
                .args(NO_WARNINGS),
        )
    })
}

/// nextest where it is installed, for its isolation and its report; else cargo's own runner.
fn tests() -> Result<Count> {
    let log = place::target().join("skipped-tests.txt");
    fs::create_dir_all(place::target())?;
    fs::write(&log, "")?;
    let nextest = command::succeeds(&mut command::cargo(["nextest", "--version"]));
    let mut tests = if nextest {
        command::cargo(["nextest", "run", "--release", "--no-fail-fast"])
    } else {
        command::cargo(["test", "--release", "--all-targets", "--no-fail-fast"])
    };
    let mut count = watch::count(tests.args(NATIVE).env(SKIP_LOG, &log))?;

    let skipped = fs::read_to_string(&log)?;
    for line in skipped.lines() {
        println!("skipped: {line}");
    }
    let skipped = skipped.lines().count() as u64;
    if skipped > 0 && env::var("CI").as_deref() == Ok("true") {
        bail!("{skipped} tests were skipped, and in CI the data they need must be there");
    }
    // The runner saw them pass.
    count.passed -= skipped.min(count.passed);
    count.skipped += skipped;
    Ok(count)
}

/// rustdoc links the examples without our run path, so the loader is told where LibTorch is.
fn doc_tests() -> Result<Count> {
    let mut tests = command::cargo(["test", "--release", "--doc", "--no-fail-fast"]);
    let variable = if cfg!(target_os = "macos") {
        "DYLD_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    watch::count(
        tests
            .args(NATIVE)
            .env(variable, setup::libtorch_libraries()?),
    )
}

fn browser_tests() -> Result<Count> {
    setup::for_browser_tests()?;
    command::run(&mut command::cargo([
        "build",
        "--release",
        "--package",
        "valleyscope",
    ]))?;
    let folder = place::root().join("tests/browser");
    let node = system::find(["node"]).context("node is not on the PATH")?;
    let mut tests = Command::new(node);
    tests
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(test_files(&folder)?)
        .current_dir(&folder)
        .env("VALLEYSCOPE", place::target().join("release/valleyscope"))
        .env("CHROMIUM", setup::chromium()?);
    let count = watch::count(&mut tests)?;
    if count == Count::default() {
        bail!("node ran no browser test at all");
    }
    Ok(count)
}

/// `*.test.mjs`, named one by one because older versions of node know no patterns.
fn test_files(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
