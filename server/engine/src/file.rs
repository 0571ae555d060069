//! Files that others put there: only regular ones are read, and only up to a size that is stated.
//!
//! A named pipe or a device under a file's name would otherwise hold whoever opens it for ever, or feed it without end.

mod kind;

pub(crate) use kind::foreign;

use crate::error::{Error, Result};
use std::io::Read;
use std::path::Path;

/// An open regular file of at most a given number of bytes.
pub(crate) struct Regular {
    file: valleyscope_dataset::Regular,
    most: u64,
}

impl Regular {
    /// Opens the file, through links too as long as they end at a regular file.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be opened, [`Error::Format`] when it is no regular file or holds more than `most` bytes.
    pub(crate) fn open(path: &Path, most: u64) -> Result<Self> {
        let file = valleyscope_dataset::Regular::of_at_most(path, most)?;
        Ok(Self { file, most })
    }

    /// How many bytes it holds.
    pub(crate) fn length(&self) -> u64 {
        self.file.length()
    }

    /// All its bytes, from the first on.
    ///
    /// # Errors
    /// As when it was opened: it may have grown since.
    pub(crate) fn whole(&mut self) -> Result<Vec<u8>> {
        Ok(self.file.whole(self.most)?)
    }
}

impl Read for Regular {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(buffer)
    }
}

/// The text of a small file.
///
/// # Errors
/// What [`Regular::open`] gives, and [`Error::Format`] for what is no text.
pub(crate) fn text(path: &Path, most: u64) -> Result<String> {
    let bytes = Regular::open(path, most)?.whole()?;
    let refuse = |reason| {
        Err(Error::Format {
            path: path.to_owned(),
            reason,
        })
    };
    match (foreign(&bytes), String::from_utf8(bytes)) {
        (Some(kind), _) => refuse(kind),
        (None, Ok(text)) => Ok(text),
        (None, Err(error)) => refuse(format!("no text in UTF-8: {error}")),
    }
}

#[cfg(test)]
pub(crate) mod tests;
