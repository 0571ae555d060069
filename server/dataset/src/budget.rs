//! Reading the files of a data set, unpacked where they are packed, with a bound on all of them together.

use crate::error::{self, Error, Result};
use crate::file::{Regular, refuse_foreign};
use flate2::bufread::GzDecoder;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// No more of a data set is held in memory.
pub(crate) const MOST_HELD: u64 = 1 << 30;

pub(crate) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What may still be held of a data set's files.
pub(crate) struct Budget {
    left: u64,
}

impl Budget {
    pub fn new() -> Self {
        Self { left: MOST_HELD }
    }

    pub fn left(&self) -> u64 {
        self.left
    }

    /// Takes `count` bytes of the file out of the budget.
    ///
    /// # Errors
    /// [`Error::Format`] when that is more than is left.
    pub fn spend(&mut self, path: &Path, count: u64) -> Result<()> {
        if let Some(left) = self.left.checked_sub(count) {
            self.left = left;
            return Ok(());
        }
        let [count, most, left] = [count, MOST_HELD, self.left].map(error::bytes);
        Err(Error::format(
            path,
            format!(
                "holds {count}, and the files of a data set may hold {most} together, of which {left} are left"
            ),
        ))
    }
}

/// A file's content from the beginning on; a gzip file is unpacked as it is read.
pub(crate) struct Source {
    path: PathBuf,
    reader: Box<dyn Read>,
    /// How much there is in all; not known of a packed file.
    pub length: Option<u64>,
}

impl Source {
    /// # Errors
    /// [`Error::File`] when the file cannot be opened, [`Error::Format`] when it is no regular file or known to be something else.
    pub fn open(path: &Path) -> Result<Self> {
        let file = Regular::open(path)?;
        let length = file.length();
        let fault = |source| Error::file(path, source);
        let mut reader = BufReader::new(file);
        let start = reader.fill_buf().map_err(fault)?;
        let (reader, length): (Box<dyn Read>, _) = if start.starts_with(&GZIP_MAGIC) {
            let mut unpacked = BufReader::new(GzDecoder::new(reader));
            refuse_foreign(path, unpacked.fill_buf().map_err(fault)?)?;
            (Box::new(unpacked), None)
        } else {
            refuse_foreign(path, start)?;
            (Box::new(reader), Some(length))
        };
        Ok(Self {
            path: path.to_owned(),
            reader,
            length,
        })
    }

    /// The next `count` bytes, fewer where the content ends before.
    ///
    /// # Errors
    /// [`Error::File`] when they cannot be read, or the gzip stream is damaged.
    pub fn take(&mut self, count: u64) -> Result<Vec<u8>> {
        let known = self.length.map_or(0, |length| length.min(count));
        let mut bytes = Vec::with_capacity(known as usize);
        self.reader
            .by_ref()
            .take(count)
            .read_to_end(&mut bytes)
            .map_err(|source| Error::file(&self.path, source))?;
        Ok(bytes)
    }
}
