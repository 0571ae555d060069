//! Names of models and data sets, which are also names of files.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// # Errors
/// [`Error::Name`] unless `name` matches `[a-z0-9][a-z0-9._-]{0,63}`: such a name stays inside its
/// folder on every file system.
pub fn check(kind: &'static str, name: &str) -> Result<()> {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let bytes = name.as_bytes();
    let right = bytes.len() <= 64
        && bytes.first().is_some_and(|&c| plain(c))
        && bytes.iter().all(|&c| plain(c) || b"._-".contains(&c));
    if right {
        Ok(())
    } else {
        Err(Error::Name {
            kind,
            name: name.chars().take(80).collect(),
        })
    }
}

/// The entries of a folder, sorted; none when the folder does not exist.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::File {
        path: folder.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
        Ok(found) => {
            for entry in found {
                paths.push(entry.map_err(failed)?.path());
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// The files of a folder that end in `.json`, sorted; none when the folder does not exist.
pub(crate) fn json_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = entries(folder)?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    Ok(paths)
}

/// A file's name without its ending.
pub(crate) fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
