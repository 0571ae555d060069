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

/// What the comparison needs: how pip names it and how Python does.
const PACKAGES: [(&str, &str); 4] = [
    ("torch==2.11.0", "torch"),
    ("torchvision==0.26.0", "torchvision"),
    ("torchattacks==3.5.1", "torchattacks"),
    ("foolbox==3.3.4", "foolbox"),
];

/// Runs the engine's bench, which calls the Python given to it as `VALLEYSCOPE_BENCH_PYTHON`.
pub fn bench(options: &Options) -> Result<()> {
    setup::for_build()?;
    let python = python()?;
    // Named with the server, so that what was built for the server is used again: cargo unites the features of the packages it is given.
    let mut build = command::cargo(["build", "--release", "--example", "bench"]);
    build.args(["--package", "valleyscope-engine"]);
    build.args(["--package", "valleyscope"]);
    command::run(&mut build)?;
    let mut bench = Command::new(place::target().join("release/examples/bench"));
    bench
        .args(&options.bench)
        .current_dir(place::root())
        .env("VALLEYSCOPE_BENCH_PYTHON", python);
    command::run(&mut bench)
}

/// The environment's Python; made on first use, in the cache, and completed where packages are missing.
pub fn python() -> Result<PathBuf> {
    let folder = place::cache()?.join("bench-torch-2.11.0");
    let python = folder.join("bin/python");
    if !imports(&python, "sys") {
        println!(
            "Making a Python environment in {} (about 5 GB, once).",
            folder.display()
        );
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        make_environment(&folder)?;
    }
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(_, module)| !imports(&python, module))
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(python);
    }
    println!("Installing {} in {}.", missing.join(", "), folder.display());
    // All are named, so that what is installed for one does not move another.
    let all = PACKAGES.iter().map(|(package, _)| package);
    command::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--disable-pip-version-check"])
            .args(all),
    )
    .context("the comparison's packages could not be installed; is PyPI reachable, and is there room on the disk?")?;
    for (package, module) in PACKAGES {
        anyhow::ensure!(
            imports(&python, module),
            "{package} was installed in {}, but cannot be imported",
            folder.display()
        );
    }
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

fn imports(python: &Path, module: &str) -> bool {
    command::succeeds(Command::new(python).args(["-c", &format!("import {module}")]))
}
