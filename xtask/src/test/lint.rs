//! rustfmt and clippy.

use anyhow::{Context, Result};

use super::count::Count;
use super::phase::one_check;
use crate::command;
use crate::native::GROUPS;
use crate::setup::wasm;

const NO_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

pub fn format() -> Result<Count> {
    one_check(|| {
        command::run(&mut command::cargo(["fmt", "--all", "--check"]))
            .context("run `cargo fmt --all`")
    })
}

pub fn clippy() -> Result<Count> {
    one_check(|| {
        GROUPS.iter().try_for_each(|group| {
            let mut clippy = command::cargo(["clippy", "--release", "--all-targets"]);
            command::run(clippy.args(*group).args(NO_WARNINGS))
        })
    })
}

/// The frontend, and `shared` as it is compiled for the frontend.
pub fn clippy_for_wasm() -> Result<Count> {
    let compiler = wasm::ensure()?;
    wasm::ensure_clippy(&compiler)?;
    let mut clippy = compiler.cargo("clippy");
    clippy.args(["--profile", "web"]);
    clippy.args(["--package", "valleyscope-frontend"]);
    clippy.args(["--package", "valleyscope-shared"]);
    one_check(|| command::run(clippy.args(NO_WARNINGS)))
}
