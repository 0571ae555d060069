//! Room on the disk.

use crate::error::{Error, Result};
use std::io::ErrorKind;
use std::path::Path;

/// Refuses what `free` bytes under a folder cannot hold.
///
/// # Errors
/// [`Error::Full`] with both numbers.
pub fn check(folder: &Path, needed: u64, free: u64) -> Result<()> {
    if needed <= free {
        return Ok(());
    }
    Err(Error::Full {
        folder: folder.to_owned(),
        needed,
        free,
    })
}

/// The same with what the system says is free; lets pass what it does not tell.
pub(crate) fn check_disk(folder: &Path, needed: u64) -> Result<()> {
    match fs4::available_space(folder) {
        Ok(free) => check(folder, needed, free),
        Err(_) => Ok(()),
    }
}

/// Why writing to a file failed, where `rest` bytes were still to come.
pub(crate) fn failed(path: &Path, rest: u64, source: std::io::Error) -> Error {
    if !matches!(
        source.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    ) {
        return Error::file(path)(source);
    }
    let folder = path.parent().unwrap_or(path);
    // A quota is not told by the free space of the whole disk.
    let free = match source.kind() {
        ErrorKind::StorageFull => fs4::available_space(folder).unwrap_or(0),
        _ => 0,
    };
    Error::Full {
        folder: folder.to_owned(),
        needed: rest,
        free: free.min(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fills_up_is_told_with_what_is_missing() {
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            let error = failed(Path::new("folder/file"), 5_000_000, kind.into());
            assert!(matches!(
                error,
                Error::Full {
                    needed: 5_000_000,
                    ..
                }
            ));
            assert!(error.to_string().contains("is missing"), "{error}");
        }
        let error = failed(Path::new("file"), 1, ErrorKind::PermissionDenied.into());
        assert!(matches!(error, Error::File { .. }));
    }
}
