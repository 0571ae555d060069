//! PyTorch's zip archives, which begin where the file does.

use crate::error::{Error, Result};
use std::fs::File;
use std::path::{Path, PathBuf};
use zip::read::Config;
use zip::result::ZipError;
use zip::{ZipArchive, ZipWriter};

/// Opens one.
///
/// PyTorch puts a zip64 record of 76 bytes before the end record, also where none is needed. Where the first entry's header in the
/// directory has 76 bytes too, its name 30, whoever looks for the directory's beginning finds the second entry: so it is not looked for.
pub(crate) fn open(path: &Path) -> Result<ZipArchive<File>> {
    let file = File::open(path).map_err(|source| Error::file(path, source))?;
    let archive_offset = zip::read::ArchiveOffset::Known(0);
    ZipArchive::with_config(Config { archive_offset }, file).map_err(foreign)
}

/// A file that a library which looks for the directory can read: the file itself, or a copy in a folder.
pub(crate) fn readable(path: &Path, folder: &Path) -> Result<PathBuf> {
    let file = File::open(path).map_err(|source| Error::file(path, source))?;
    if ZipArchive::new(file).is_ok() {
        return Ok(path.to_owned());
    }
    let mut archive = open(path)?;
    let copy = folder.join("copy.zip");
    let made = File::create(&copy).map_err(|source| Error::file(&copy, source))?;
    let mut writer = ZipWriter::new(made);
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(foreign)?;
        writer.raw_copy_file(entry).map_err(foreign)?;
    }
    writer.finish().map_err(foreign)?;
    Ok(copy)
}

pub(crate) fn foreign(error: ZipError) -> Error {
    Error::Foreign(format!("the zip archive cannot be read: {error}"))
}
