//! Which kind of file it is.

use crate::error::{Error, Result};
use crate::limits::MOST_BYTES;
use crate::program::Program;
use crate::{exported, onnx};
use bytes::Bytes;
use std::path::Path;

impl Program {
    /// Reads an ONNX file, or one of `torch.export.save`.
    ///
    /// # Errors
    /// [`Error`] says what the file is instead, what in it is not known and where, or what is damaged.
    pub fn read(path: &Path) -> Result<Self> {
        let file = |source| Error::File {
            path: path.to_owned(),
            source,
        };
        let length = std::fs::metadata(path).map_err(file)?.len();
        if length > MOST_BYTES {
            return Err(Error::TooMuch {
                what: format!("{} MB", length >> 20),
                most: format!("{} MB", MOST_BYTES >> 20),
            });
        }
        Self::of_bytes(std::fs::read(path).map_err(file)?.into())
    }

    /// The same of a file's content, of which the tensors are parts.
    ///
    /// # Errors
    /// As [`Program::read`].
    pub fn of_bytes(bytes: Bytes) -> Result<Self> {
        match bytes.starts_with(b"PK") {
            true => exported::read(bytes),
            false => onnx::read(bytes),
        }
    }
}
