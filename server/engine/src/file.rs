//! Files that others put there: only regular ones are read, and only up to a size that is stated.
//!
//! A named pipe or a device under a file's name would otherwise hold whoever opens it for ever, or feed it without end.

mod kind;

pub(crate) use kind::foreign;

use crate::error::{self, Error, Result};
use std::fs::{File, FileType, Metadata};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// An open regular file of at most a given number of bytes.
pub(crate) struct Regular {
    path: PathBuf,
    file: File,
    length: u64,
    most: u64,
}

impl Regular {
    /// Opens the file, through links too as long as they end at a regular file.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be opened, [`Error::Format`] when it is no regular file or holds more than `most` bytes.
    pub(crate) fn open(path: &Path, most: u64) -> Result<Self> {
        let failed = |source| fault(path, source);
        // Asked by name first, because opening a device can do something already.
        check(path, &std::fs::metadata(path).map_err(failed)?)?;
        // Should a pipe take the name in between, opening it does not wait for a writer.
        let file = File::options()
            .read(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(path)
            .map_err(failed)?;
        let facts = file.metadata().map_err(failed)?;
        check(path, &facts)?;
        let length = facts.len();
        if length > most {
            return Err(too_large(path, length, most));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            length,
            most,
        })
    }

    /// How many bytes it holds.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// All its bytes, from the first on.
    ///
    /// # Errors
    /// As when it was opened: it may have grown since.
    pub(crate) fn whole(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.length as usize);
        self.file
            .seek(SeekFrom::Start(0))
            .and_then(|_| (&self.file).take(self.most + 1).read_to_end(&mut bytes))
            .map_err(|source| fault(&self.path, source))?;
        match bytes.len() as u64 {
            length if length > self.most => Err(too_large(&self.path, length, self.most)),
            _ => Ok(bytes),
        }
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

fn check(path: &Path, facts: &Metadata) -> Result<()> {
    if facts.is_file() {
        return Ok(());
    }
    Err(Error::Format {
        path: path.to_owned(),
        reason: format!("is {}; a regular file is right", name(facts.file_type())),
    })
}

fn name(kind: FileType) -> &'static str {
    match kind {
        _ if kind.is_dir() => "a folder",
        _ if kind.is_fifo() => "a named pipe",
        _ if kind.is_socket() => "a socket",
        _ => "a device",
    }
}

fn too_large(path: &Path, length: u64, most: u64) -> Error {
    Error::Format {
        path: path.to_owned(),
        reason: format!(
            "holds {}; at most {} are read",
            error::bytes(length),
            error::bytes(most)
        ),
    }
}

fn fault(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
pub(crate) mod tests;
