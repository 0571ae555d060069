//! Files that are read right, files that have to be refused, and pictures that never change.

mod entries;
mod files;
mod pinned;

use super::{Dataset, open, register};
use std::path::{Path, PathBuf};

/// The public data that lies beside the project.
fn datasets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/datasets")
}
