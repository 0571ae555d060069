//! What `docs/export_model.py` writes, held to PyTorch: the check needs PyTorch itself, which is gigabytes, so it is asked for.

use std::process::Command;

use anyhow::Result;

use crate::{bench, command, place};

/// Exports networks, has the program that was built add and attack them, and compares what it reads.
pub fn check() -> Result<()> {
    let python = bench::python_with_torch()?;
    command::run(
        Command::new(python)
            .arg(place::root().join("tests/exports/exports.py"))
            .arg(place::target().join("release/valleyscope"))
            .env("PYTHONDONTWRITEBYTECODE", "1"),
    )
}
