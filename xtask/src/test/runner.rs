//! Running a selection of tests, by nextest where it is installed, else by cargo's own runner.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::count::Count;
use super::libtest::Reports;
use super::{nextest, watch};
use crate::{command, place};

/// Which tests, and in which surroundings.
#[derive(Clone)]
pub struct Selection {
    /// Where cargo runs.
    pub folder: PathBuf,
    /// Cargo's target folder there.
    pub target: PathBuf,
    /// How cargo is told the packages.
    pub packages: Vec<String>,
    /// Cargo's profile.
    pub profile: &'static str,
    /// Only the tests of these names; all where none is given.
    pub tests: Vec<String>,
    /// Variables that are set, and those that are taken away.
    pub environment: Vec<(&'static str, Option<PathBuf>)>,
}

impl Selection {
    /// All tests of packages of this project.
    pub fn of(packages: &[&str]) -> Self {
        Self {
            folder: place::root().to_owned(),
            target: place::target(),
            packages: packages.iter().map(|name| (*name).to_owned()).collect(),
            profile: "release",
            tests: Vec::new(),
            // Tests run side by side; LibTorch's own threads on top would fight over the same cores.
            environment: vec![("OMP_NUM_THREADS", Some("1".into()))],
        }
    }

    /// `cargo ARGUMENTS` for these packages.
    pub(super) fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let profile = match arguments.first() {
            Some(&"nextest") => "--cargo-profile",
            _ => "--profile",
        };
        let mut cargo = command::cargo(arguments);
        cargo
            .args([profile, self.profile])
            .args(&self.packages)
            .current_dir(&self.folder);
        for (name, value) in &self.environment {
            match value {
                Some(value) => cargo.env(name, value),
                None => cargo.env_remove(name),
            };
        }
        cargo
    }

    /// The names as both runners take them after everything else.
    pub(super) fn names(&self) -> Vec<&str> {
        if self.tests.is_empty() {
            return Vec::new();
        }
        let names = self.tests.iter().map(String::as_str);
        ["--", "--exact"].into_iter().chain(names).collect()
    }
}

pub fn run(selection: &Selection) -> Result<Count> {
    if nextest::installed() {
        nextest::run(selection)
    } else {
        run_by_cargo(selection)
    }
}

fn run_by_cargo(selection: &Selection) -> Result<Count> {
    let mut tests = selection.cargo(["test", "--tests", "--no-fail-fast"]);
    count(tests.args(selection.names()))
}

/// Runs `cargo test` and adds up the reports of its programs.
pub fn count(tests: &mut Command) -> Result<Count> {
    let mut reports = Reports::default();
    let well = watch::lines(tests, |line| reports.line(line))?;
    Ok(reports.count.with_status(well))
}

#[cfg(test)]
mod tests;
