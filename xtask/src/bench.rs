//! Speed against PyTorch's: the comparison's Python lives in a throw-away environment of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::{command, place, setup, system};

#[derive(Args)]
pub struct Options {
    /// Options for the bench program, after `--`
    #[arg(last = true, value_name = "BENCH OPTIONS")]
    bench: Vec<String>,
}

/// What torchattacks is compared in.
const PACKAGES: [&str; 2] = ["torch==2.11.0", "torchattacks==3.5.1"];

/// Runs the engine's bench, which calls the Python given to it as `VALLEYSCOPE_BENCH_PYTHON`.
pub fn bench(options: &Options) -> Result<()> {
    setup::for_build()?;
    let python = python()?;
    let mut bench = command::cargo([
        "run",
        "--release",
        "--package",
        "valleyscope-engine",
        "--example",
        "bench",
        "--",
    ]);
    bench
        .args(&options.bench)
        .env("VALLEYSCOPE_BENCH_PYTHON", python);
    command::run(&mut bench)
}

/// The environment's Python; made on first use, in the cache.
fn python() -> Result<PathBuf> {
    let folder = place::cache()?.join("bench-torch-2.11.0");
    let python = folder.join("bin/python");
    if imports(&python) {
        return Ok(python);
    }
    println!(
        "Making a Python environment with {} in {} (about 3 GB, once).",
        PACKAGES.join(" and "),
        folder.display()
    );
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    make_environment(&folder)?;
    command::run(Command::new(&python).args(["-m", "pip", "install", "--disable-pip-version-check"]).args(PACKAGES))
        .context("the comparison's packages could not be installed; is PyPI reachable, and is there room on the disk?")?;
    anyhow::ensure!(
        imports(&python),
        "torch and torchattacks were installed in {}, but cannot be imported",
        folder.display()
    );
    Ok(python)
}

fn make_environment(folder: &Path) -> Result<()> {
    let make = || command::run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    make().or_else(|_| {
        // Debian keeps what a venv needs in a package of its own.
        system::install(&system::Package {
            name: "python3-venv",
            why: "the comparison with PyTorch runs in a Python environment of its own",
        })?;
        make()
    })
}

fn imports(python: &Path) -> bool {
    command::succeeds(Command::new(python).args(["-c", "import torch, torchattacks"]))
}
