//! The frontend: compiled for wasm, then packed by the package `xtask-web`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::wasm;
use crate::{command, place};

/// Builds what changed and leaves the result in `static/pkg`. Cargo knows what changed; packing is skipped when its input is the same.
pub fn build() -> Result<()> {
    let compiler = wasm::ensure()?;
    println!("Building the frontend.");
    command::run(compiler.cargo("build").args([
        "--profile",
        "web",
        "--package",
        "valleyscope-frontend",
    ]))
    .context("the frontend does not compile")?;
    command::run(&mut pack(&compiler)).context("the frontend was compiled, but could not be packed")
}

fn pack(compiler: &wasm::Compiler) -> Command {
    let folder = place::root().join("static");
    let mut command = command::cargo([
        "run",
        "--quiet",
        "--release",
        "--package",
        "xtask-web",
        "--",
    ]);
    command.arg("--wasm").arg(compiler.module());
    command.arg("--static").arg(&folder);
    command.arg("--out").arg(folder.join("pkg"));
    command
}
