//! What compiles natively, and how: always in the same groups of packages.
//!
//! Cargo unites the features of the packages that it is given, so another group would compile half of the dependencies again.

use std::process::Command;

use crate::command;

/// Everything but the frontend and what packs it; and what packs it, which is heavy and seldom needed.
pub const GROUPS: [&[&str]; 2] = [
    &[
        "--workspace",
        "--exclude=valleyscope-frontend",
        "--exclude=xtask-web",
    ],
    &["--package=xtask-web"],
];

/// Builds one thing of the first group: `--bin valleyscope`.
pub fn build(kind: &str, name: &str) -> Command {
    let mut build = command::cargo(["build", "--release", kind, name]);
    build.args(GROUPS[0]);
    build
}
