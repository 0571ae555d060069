//! What only its owner may read: secrets, the data directory, and whatever the server writes.

use anyhow::{Context, Result, bail};
use std::path::Path;

/// Makes the data directory where it is missing, for its owner alone. One that is there stays as it is.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .with_context(|| format!("cannot make the data directory {}", folder.display()))
}

/// Says so where others may look into a data directory, which somebody may want.
pub fn advise(folder: &Path) {
    if let Some(mode) = open_to_others(folder) {
        tracing::warn!(
            "other users of this machine may look into the data directory {} (its mode is {mode:o}); chmod 700 keeps them out",
            folder.display()
        );
    }
}

/// From now on the process makes files that only their owner may read or write.
pub fn new_files() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Refuses a file with a secret that others may read or change.
///
/// # Errors
/// Others may.
pub fn check_secret(file: &Path) -> Result<()> {
    match open_to_others(file) {
        Some(mode) => bail!(
            "the token file {} is open to other users (its mode is {mode:o}): chmod 600 it, and change the token if they may have seen it",
            file.display()
        ),
        None => Ok(()),
    }
}

/// The mode of a file that others than its owner may read or write.
#[cfg(unix)]
fn open_to_others(file: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let mode = std::fs::metadata(file).ok()?.mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Where there are no modes, nothing is said.
#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<u32> {
    None
}
