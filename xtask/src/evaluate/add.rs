//! Registering models and data sets with the evaluations' data directory.

use std::path::Path;

use anyhow::{Context, Result};

use super::valleyscope;
use crate::command;

/// A data set of these files below `datasets`. The entry names files; added again it names the ones that are meant now.
pub fn data_set(data: &Path, name: &str, files: &[&str], options: &[&str]) -> Result<()> {
    let files = files.iter().map(|file| data.join("datasets").join(file));
    let mut add = valleyscope();
    add.args(["data", "add", name]).args(files);
    command::run(add.args(options))
}

/// A model of a file, with what the file does not say.
pub fn model(name: &str, file: &Path, told: &[&str]) -> Result<()> {
    let mut add = valleyscope();
    add.args(["models", "add"])
        .arg(file)
        .args(["--name", name])
        .args(told);
    command::run(&mut add)
}

/// Whether there is a model of this name.
pub fn has_model(name: &str) -> Result<bool> {
    let list = command::answer(valleyscope().args(["models", "list"]))
        .context("the program does not start; does `cargo xtask setup` say why?")?;
    let names = list.lines().map(|line| line.split('\t').next());
    Ok(names.into_iter().any(|known| known == Some(name)))
}
