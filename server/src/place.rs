//! Where things are.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The data directory, from the root on: the one given, else the platform's usual place.
///
/// # Errors
/// None was given, and the platform has no usual place.
pub fn data_dir(given: Option<PathBuf>) -> Result<PathBuf> {
    match given {
        Some(folder) => Ok(std::path::absolute(folder)?),
        None => Ok(dirs::data_dir().context("this system has no usual place for data; give one with --data-dir or VALLEYSCOPE_DATA")?.join("valleyscope")),
    }
}

/// The folder `static` with what comes with the program: the one given, else beside the program, above it (in a checkout) or here.
pub fn static_dir(given: Option<PathBuf>) -> Option<PathBuf> {
    if given.is_some() {
        return given;
    }
    let program = std::env::current_exe().ok();
    let above = program
        .iter()
        .flat_map(|program| program.ancestors().skip(1).take(4));
    above
        .chain([Path::new(".")])
        .map(|folder| folder.join("static"))
        .find(|folder| folder.join("index.html").is_file())
}
