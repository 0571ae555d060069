//! SHA-256, a piece at a time.

use crate::error::{Error, Result};
use crate::progress::{Activity, Reporter};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes read at once.
pub(crate) const PIECE: usize = 1 << 18;

/// A checksum in the making.
#[derive(Default)]
pub(crate) struct Sum(Sha256);

impl Sum {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// In lower-case hexadecimal digits.
    pub fn digits(self) -> String {
        let bytes = self.0.finalize();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The checksum of a file.
///
/// # Errors
/// [`Error::File`] when it cannot be read, [`Error::Stopped`].
pub(crate) fn of(path: &Path, report: &mut Reporter<'_>) -> Result<String> {
    let failed = Error::file(path);
    let mut file = File::open(path).map_err(&failed)?;
    let total = file.metadata().map_err(&failed)?.len();
    report.begin(Activity::Checking, 0, total)?;
    let (mut sum, mut done, mut piece) = (Sum::default(), 0, vec![0; PIECE]);
    loop {
        let count = file.read(&mut piece).map_err(&failed)?;
        if count == 0 {
            return Ok(sum.digits());
        }
        sum.update(&piece[..count]);
        done += count as u64;
        report.at(done)?;
    }
}

/// Checks a file's checksum.
///
/// # Errors
/// [`Error::Checksum`] when it is another, and those of [`of`].
pub(crate) fn check(path: &Path, expected: &str, report: &mut Reporter<'_>) -> Result<()> {
    let found = of(path, report)?;
    if found == expected {
        return Ok(());
    }
    Err(Error::Checksum {
        path: path.to_owned(),
        expected: expected.to_owned(),
        found,
    })
}

/// Whether a file is there with the length and the checksum.
///
/// # Errors
/// [`Error::File`] when it cannot be read, [`Error::Stopped`].
pub(crate) fn is_there(
    path: &Path,
    size: u64,
    sha256: &str,
    report: &mut Reporter<'_>,
) -> Result<bool> {
    let right_size = path
        .metadata()
        .is_ok_and(|facts| facts.is_file() && facts.len() == size);
    Ok(right_size && of(path, report)? == sha256)
}
