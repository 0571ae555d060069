//! One fetch of a set at a time.

use crate::error::{Error, Result};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Held while a set is written; the system lets go of it however the process ends.
#[derive(Debug)]
pub(crate) struct Lock(
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")] File,
);

impl Lock {
    /// Takes the folder.
    ///
    /// # Errors
    /// [`Error::Busy`] when somebody else has it.
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(".fetching");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(Error::file(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Busy {
                folder: folder.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(Error::file(&path)(source)),
        }
    }
}
