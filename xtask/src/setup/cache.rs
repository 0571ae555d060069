//! Filling a folder of the user's cache so that an interruption leaves nothing half done in its place.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::pip;
use crate::command;

/// Unpacks the wheels of a requirements list into a fresh folder beside `folder`, and returns that.
pub fn fetch_list(folder: &Path, requirements: &str) -> Result<PathBuf> {
    let stem = folder.file_name().unwrap_or_default().to_string_lossy();
    let name = |suffix: &str| format!("fetching-{stem}{suffix}");
    let staging = folder.with_file_name(name(""));
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    fs::create_dir_all(&staging).with_context(|| format!("cannot create {}", staging.display()))?;
    let list = folder.with_file_name(name(".txt"));
    fs::write(&list, requirements)?;
    command::run(
        pip::install_into(&staging)?
            .arg("--require-hashes")
            .arg("--requirement")
            .arg(&list),
    )
    .context("pip could not fetch it; is PyPI reachable, and is there room on the disk?")?;
    fs::remove_file(&list)?;
    Ok(staging)
}

/// Held while the cache is written, so that two checkouts set up at once do not mix. The system frees it when the process ends.
pub struct Lock {
    _file: fs::File,
}

impl Lock {
    pub fn take(folder: &Path) -> Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let place = folder.with_file_name(format!("{name}.lock"));
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot create {}", parent.display()))?;
        }
        let file = fs::File::create(&place)
            .with_context(|| format!("cannot write {}", place.display()))?;
        if file.try_lock().is_err() {
            println!(
                "Waiting for another set-up to finish with {}.",
                folder.display()
            );
            file.lock()?;
        }
        Ok(Self { _file: file })
    }
}

/// Moves everything below `from` into `to`, folder by folder; what is there already stays.
pub fn merge(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if !place.exists() {
            fs::rename(entry.path(), &place)?;
        } else if entry.file_type()?.is_dir() {
            merge(&entry.path(), &place)?;
        }
    }
    Ok(())
}
