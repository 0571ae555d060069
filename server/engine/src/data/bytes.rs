//! Reading the files of a data set, unpacked where they are packed, with a bound on all of them together.

use crate::error::{self, Error, Result};
use crate::file::{Regular, foreign};
use flate2::bufread::GzDecoder;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// No data set here is larger; one whose files hold more, packed or not, is refused.
const LARGEST_SET: u64 = 1 << 30;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What may still be read of a data set's files.
pub(super) struct Budget {
    left: u64,
}

impl Budget {
    /// The budget of these files, which are refused unread where their sizes alone are more.
    pub(super) fn of(files: &[PathBuf]) -> Result<Self> {
        let whole = || Self { left: LARGEST_SET };
        let mut trial = whole();
        for path in files {
            trial.spend(path, Regular::open(path, LARGEST_SET)?.length())?;
        }
        Ok(whole())
    }

    /// Takes `count` bytes of the file out of the budget.
    ///
    /// # Errors
    /// [`Error::Format`] when that is more than is left.
    pub(super) fn spend(&mut self, path: &Path, count: u64) -> Result<()> {
        match self.left.checked_sub(count) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Error::Format {
                path: path.to_owned(),
                reason: format!(
                    "holds {}, and the files of a data set may hold {} together, of which {} are left",
                    error::bytes(count),
                    error::bytes(LARGEST_SET),
                    error::bytes(self.left)
                ),
            }),
        }
    }

    /// The whole content of the file.
    ///
    /// # Errors
    /// What [`Source`] gives, and what [`Budget::spend`] does.
    pub(super) fn whole(&mut self, path: &Path) -> Result<Vec<u8>> {
        let mut source = Source::open(path)?;
        if let Some(length) = source.length {
            self.spend(path, length)?;
            return source.take(length);
        }
        // How much a packed file unpacks to is known only afterwards; one byte more than is left tells that it is too much.
        let content = source.take(self.left + 1)?;
        self.spend(path, content.len() as u64)?;
        Ok(content)
    }
}

/// A file's content from the beginning on; a gzip file is unpacked as it is read.
pub(super) struct Source {
    path: PathBuf,
    reader: Box<dyn Read>,
    /// How much there is in all; not known of a packed file.
    pub(super) length: Option<u64>,
}

impl Source {
    /// # Errors
    /// [`Error::File`] when the file cannot be opened, [`Error::Format`] when it is no regular file, larger than any data set, or
    /// known to be something else.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = Regular::open(path, LARGEST_SET)?;
        let length = file.length();
        let mut reader = BufReader::new(file);
        let start = reader.fill_buf().map_err(|source| fault(path, source))?;
        if start.starts_with(&GZIP_MAGIC) {
            let mut unpacked = BufReader::new(GzDecoder::new(reader));
            let start = unpacked.fill_buf().map_err(|source| fault(path, source))?;
            refuse_foreign(path, start)?;
            return Ok(Self {
                path: path.to_owned(),
                reader: Box::new(unpacked),
                length: None,
            });
        }
        refuse_foreign(path, start)?;
        Ok(Self {
            path: path.to_owned(),
            reader: Box::new(reader),
            length: Some(length),
        })
    }

    /// The next `count` bytes, fewer where the content ends before.
    ///
    /// # Errors
    /// [`Error::File`] when they cannot be read, or the gzip stream is damaged.
    pub(super) fn take(&mut self, count: u64) -> Result<Vec<u8>> {
        let known = self.length.map_or(0, |length| length.min(count));
        let mut bytes = Vec::with_capacity(known as usize);
        self.reader
            .by_ref()
            .take(count)
            .read_to_end(&mut bytes)
            .map_err(|source| fault(&self.path, source))?;
        Ok(bytes)
    }
}

fn refuse_foreign(path: &Path, start: &[u8]) -> Result<()> {
    match foreign(start) {
        None => Ok(()),
        Some(kind) => Err(Error::Format {
            path: path.to_owned(),
            reason: format!("this is {kind}"),
        }),
    }
}

fn fault(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}
