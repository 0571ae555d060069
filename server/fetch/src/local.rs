//! A file that lies on the disk already.

use crate::error::{Error, Result};
use crate::part::Part;
use crate::progress::{Activity, Reporter};
use crate::set::PublicFile;
use crate::sum;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Checks that a file is the published one, before anything is done with it.
///
/// # Errors
/// [`Error::Length`] and [`Error::Checksum`] when it is another; [`Error::File`], [`Error::Stopped`].
pub(crate) fn check(path: &Path, file: &PublicFile, report: &mut Reporter<'_>) -> Result<()> {
    let found = path.metadata().map_err(Error::file(path))?.len();
    if found != file.size {
        return Err(Error::Length {
            address: path.display().to_string(),
            expected: file.size,
            found,
        });
    }
    sum::check(path, &file.sha256, report)
}

/// Copies a file to its place.
///
/// # Errors
/// As [`check`], and [`Error::Full`].
pub(crate) fn copy(
    path: &Path,
    file: &PublicFile,
    target: &Path,
    report: &mut Reporter<'_>,
) -> Result<()> {
    check(path, file, report)?;
    let failed = Error::file(path);
    let mut from = File::open(path).map_err(&failed)?;
    let mut part = Part::open(target, file)?;
    part.begin_anew()?;
    report.begin(Activity::Fetching, 0, file.size)?;
    let mut piece = vec![0; sum::PIECE];
    loop {
        let count = from.read(&mut piece).map_err(&failed)?;
        if count == 0 {
            break;
        }
        part.append(&piece[..count])?;
        report.at(part.length())?;
    }
    part.finish(&file.sha256, report)
}
