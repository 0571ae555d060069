//! Files that others put there: only regular ones are read, and nothing of them is executed.
//!
//! A named pipe or a device under a file's name would otherwise hold whoever opens it for ever, or feed it without end.

mod kind;

pub(crate) use kind::foreign;
pub use kind::told;

use crate::error::{Error, Result, bytes};
use std::fs::{File, FileType, Metadata};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// An open regular file.
#[derive(Debug)]
pub struct Regular {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Regular {
    /// Opens the file, through links too as long as they end at a regular file.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be opened, [`Error::Format`] when it is no regular file.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::file(path, source);
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
        Ok(Self {
            path: path.to_owned(),
            length: facts.len(),
            file,
        })
    }

    /// The same, and [`Error::Format`] where it holds more than `most` bytes.
    pub fn of_at_most(path: &Path, most: u64) -> Result<Self> {
        let file = Self::open(path)?;
        if file.length <= most {
            return Ok(file);
        }
        let (length, most) = (bytes(file.length), bytes(most));
        let reason = format!("holds {length}; at most {most} are read");
        Err(Error::format(path, reason))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes it holds.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Fills the buffer with what stands at a place.
    ///
    /// # Errors
    /// [`Error::File`], also where the file ends before.
    pub fn read_at(&self, place: u64, buffer: &mut [u8]) -> Result<()> {
        self.file
            .read_exact_at(buffer, place)
            .map_err(|source| Error::file(&self.path, source))
    }

    /// Its first bytes, fewer where it is shorter.
    pub fn start<const N: usize>(&self) -> Result<Vec<u8>> {
        let mut start = vec![0; N.min(usize::try_from(self.length).unwrap_or(N))];
        self.read_at(0, &mut start)?;
        Ok(start)
    }

    /// All its bytes, if they are at most `most`: it may have grown since it was opened.
    pub fn whole(&self, most: u64) -> Result<Vec<u8>> {
        let mut content = Vec::with_capacity(self.length.min(most) as usize);
        (&self.file)
            .seek(SeekFrom::Start(0))
            .and_then(|_| (&self.file).take(most + 1).read_to_end(&mut content))
            .map_err(|source| Error::file(&self.path, source))?;
        if content.len() as u64 > most {
            let reason = format!("holds more than {}, which are read at most", bytes(most));
            return Err(Error::format(&self.path, reason));
        }
        Ok(content)
    }

    /// The open file itself, for libraries.
    pub fn into_file(self) -> File {
        self.file
    }
}

impl Read for Regular {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(buffer)
    }
}

/// Refuses what is known to be something else.
pub(crate) fn refuse_foreign(path: &Path, start: &[u8]) -> Result<()> {
    match foreign(start) {
        None => Ok(()),
        Some(kind) => Err(Error::format(path, format!("this is {kind}"))),
    }
}

/// A file's name as text, for messages and comparisons.
pub(crate) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What is in a folder, by name.
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::file(folder, source);
    let mut paths = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(failed))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn check(path: &Path, facts: &Metadata) -> Result<()> {
    if facts.is_file() {
        return Ok(());
    }
    let kind = called(facts.file_type());
    let reason = format!("is {kind}; a regular file is right");
    Err(Error::format(path, reason))
}

fn called(kind: FileType) -> &'static str {
    match kind {
        _ if kind.is_dir() => "a folder",
        _ if kind.is_fifo() => "a named pipe",
        _ if kind.is_socket() => "a socket",
        _ => "a device",
    }
}
