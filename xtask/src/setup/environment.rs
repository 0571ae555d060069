//! Python environments in the cache, each for one purpose, made on first use and completed where packages are missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::system::{self, Package};
use crate::{command, place};

/// An environment with what it needs.
pub struct Environment<'a> {
    /// Its folder in the cache, with the version that matters.
    pub name: &'a str,
    /// How much it takes, for the one who waits.
    pub size: &'a str,
    /// How pip names each package, and how Python does.
    pub packages: &'a [(&'a str, &'a str)],
}

/// The environment's Python.
pub fn python(wanted: &Environment<'_>) -> Result<PathBuf> {
    let folder = place::cache()?.join(wanted.name);
    let python = folder.join("bin/python");
    if !imports(&python, "sys") {
        println!(
            "Making a Python environment in {} ({}, once).",
            folder.display(),
            wanted.size
        );
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        make(&folder)?;
    }
    let missing: Vec<&str> = wanted
        .packages
        .iter()
        .filter(|(_, module)| !imports(&python, module))
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(python);
    }
    println!("Installing {} in {}.", missing.join(", "), folder.display());
    // All are named, so that what is installed for one does not move another.
    let all = wanted.packages.iter().map(|(package, _)| package);
    command::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--disable-pip-version-check"])
            .args(all),
    )
    .with_context(|| {
        format!(
            "{} could not be installed; is PyPI reachable, and is there room on the disk?",
            missing.join(", ")
        )
    })?;
    for (package, module) in wanted.packages {
        ensure!(
            imports(&python, module),
            "{package} was installed in {}, but cannot be imported",
            folder.display()
        );
    }
    Ok(python)
}

fn make(folder: &Path) -> Result<()> {
    let make = || command::run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    make().or_else(|_| {
        // Debian keeps what a venv needs in a package of its own.
        system::install(&Package {
            name: "python3-venv",
            why: "what compares with Python's libraries runs in a Python environment of its own",
        })?;
        make()
    })
}

fn imports(python: &Path, module: &str) -> bool {
    command::succeeds(Command::new(python).args(["-c", &format!("import {module}")]))
}
