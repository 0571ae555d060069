//! What was unpacked from an archive, so that the archive need not be kept.

use crate::error::{Error, Result};
use crate::progress::Reporter;
use crate::set::PublicFile;
use crate::sum;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// One file that came out of an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unpacked {
    pub path: String,
    pub size: u64,
    pub sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    /// The archive's checksum.
    sha256: String,
    entries: Vec<Unpacked>,
}

fn path(folder: &Path, file: &PublicFile) -> PathBuf {
    folder.join(format!("{}.unpacked.json", file.name))
}

/// Notes what came out of an archive.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub(crate) fn write(folder: &Path, file: &PublicFile, entries: Vec<Unpacked>) -> Result<()> {
    let path = path(folder, file);
    let stamp = Stamp {
        sha256: file.sha256.clone(),
        entries,
    };
    let text = serde_json::to_vec_pretty(&stamp).map_err(std::io::Error::other);
    text.and_then(|text| std::fs::write(&path, text))
        .map_err(Error::file(&path))
}

/// Whether everything that the set needs of this archive is there as it came out of it.
///
/// # Errors
/// [`Error::File`] when a file cannot be read, [`Error::Stopped`].
pub(crate) fn holds(folder: &Path, file: &PublicFile, report: &mut Reporter<'_>) -> Result<bool> {
    let (Some(unpack), Ok(text)) = (&file.unpack, std::fs::read(path(folder, file))) else {
        return Ok(false);
    };
    let Ok(stamp) = serde_json::from_slice::<Stamp>(&text) else {
        return Ok(false);
    };
    if stamp.sha256 != file.sha256 {
        return Ok(false);
    }
    for needed in &unpack.entries {
        let Some(entry) = stamp.entries.iter().find(|entry| entry.path == *needed) else {
            return Ok(false);
        };
        if !sum::is_there(&folder.join(needed), entry.size, &entry.sha256, report)? {
            return Ok(false);
        }
    }
    Ok(true)
}
