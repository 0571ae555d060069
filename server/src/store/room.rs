//! Room on the disk: some is set aside, so that on a full disk runs can still say so and runs can still be deleted.

use super::{Result, Store};
use rusqlite::{ErrorCode, Transaction, ffi};
use std::path::Path;

/// The file that is given up when the disk is full.
const RESERVE: &str = "reserve";
/// Its size.
const RESERVE_BYTES: u64 = 1024 * 1024;

/// Sets the room aside, where there is enough.
pub(super) fn set_aside(folder: &Path) {
    let path = folder.join(RESERVE);
    let size = std::fs::metadata(&path).map_or(0, |facts| facts.len());
    if size == RESERVE_BYTES {
        return;
    }
    // Not zeros, which some file systems do not store.
    let content = vec![0xa5; RESERVE_BYTES as usize];
    if std::fs::write(&path, content).is_err() {
        // A part of it would only take the room that others need now.
        let _ = std::fs::remove_file(&path);
    }
}

fn give_back(folder: &Path) {
    // Where there is no reserve, there is nothing to give back.
    let _ = std::fs::remove_file(folder.join(RESERVE));
}

/// Does something that needs a little room; when there is none, again with the reserve.
pub(super) fn or_with_reserve<T>(folder: &Path, work: impl Fn() -> Result<T>) -> Result<T> {
    match work() {
        Err(error) if error.is_full() => {
            give_back(folder);
            work()
        }
        result => result,
    }
}

/// Whether SQLite met a full disk. Its shared memory says so in its own way.
pub(super) fn is_full(error: &rusqlite::Error) -> bool {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
        || extended == Some(ffi::SQLITE_IOERR_SHMSIZE)
}

impl Store {
    /// Gives back the room that was set aside for the last words of runs when the disk is full.
    pub fn release_reserve(&self) {
        give_back(&self.folder);
    }

    /// A change that frees room, which the reserve makes possible on a full disk; the reserve is set aside again afterwards.
    pub(super) fn make_room<T>(&self, change: impl Fn(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let value = or_with_reserve(&self.folder, || self.write(&change))?;
        self.give_back_log();
        set_aside(&self.folder);
        Ok(value)
    }

    /// Brings what was written into the database file, so that the room of the write-ahead log is used again.
    fn give_back_log(&self) {
        let writer = super::lock(&self.writer);
        // Readers, or a disk that is still full, may keep it from being done now; then it is done later.
        let _ = writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }
}
