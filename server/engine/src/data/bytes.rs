//! Reading a data file, unpacked where it is packed, with a bound on what it may unpack to.

use crate::error::{Error, Result};
use flate2::read::GzDecoder;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// No data set here is larger; a packed file that unpacks to more is refused.
const LARGEST: u64 = 1 << 30;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The file's content; a gzip file is unpacked.
///
/// # Errors
/// [`Error::File`] when it cannot be read or its gzip stream is damaged, [`Error::Format`] when it
/// is larger than 1 GiB.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let packed = bounded(
        path,
        File::open(path).map_err(|source| fault(path, source))?,
    )?;
    if packed.starts_with(&GZIP_MAGIC) {
        bounded(path, GzDecoder::new(packed.as_slice()))
    } else {
        Ok(packed)
    }
}

fn bounded(path: &Path, source: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| fault(path, source))?;
    if bytes.len() as u64 > LARGEST {
        let reason = format!("larger than {} MiB", LARGEST >> 20);
        return Err(Error::Format {
            path: path.to_owned(),
            reason,
        });
    }
    Ok(bytes)
}

fn fault(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}
