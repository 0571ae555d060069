//! Files that are read right, files that have to be refused, and pictures that never change.

mod corrupted;
mod entries;
mod files;
mod looked;
mod pinned;

use super::{Dataset, Options, files_of, open, register};
use std::path::PathBuf;

/// A small file that the project keeps, eight images of `made.py`.
fn made(name: &str) -> PathBuf {
    valleyscope_tests::data::golden("made/datasets").join(name)
}
