//! A file on its way: `FILE.part`, and beside it what tells whether the server's file is still the same.

use crate::error::{Error, Result};
use crate::progress::Reporter;
use crate::set::PublicFile;
use crate::{space, sum};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where a part comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub address: String,
    /// What `If-Range` says when it goes on.
    pub validator: String,
}

/// What is there of a file.
#[derive(Debug)]
pub(crate) struct Part {
    target: PathBuf,
    path: PathBuf,
    file: File,
    length: u64,
    size: u64,
}

impl Part {
    /// Opens what an earlier attempt left, or begins.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be opened.
    pub fn open(target: &Path, file: &PublicFile) -> Result<Self> {
        let (path, size) = (beside(target, ".part"), file.size);
        let failed = Error::file(&path);
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(&failed)?;
        let length = file.metadata().map_err(&failed)?.len();
        drop(failed);
        let mut part = Self {
            target: target.to_owned(),
            path,
            file,
            length,
            size,
        };
        if length > size {
            part.begin_anew()?;
        }
        Ok(part)
    }

    /// How many bytes an earlier attempt left.
    pub fn left_by_earlier(target: &Path) -> u64 {
        beside(target, ".part")
            .metadata()
            .map_or(0, |facts| facts.len())
    }

    /// How many bytes are there.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether as many are there as the file has.
    pub fn is_whole(&self) -> bool {
        self.length == self.size
    }

    /// Forgets what is there.
    pub fn begin_anew(&mut self) -> Result<()> {
        self.file.set_len(0).map_err(Error::file(&self.path))?;
        self.length = 0;
        Ok(())
    }

    /// Adds bytes; those after the end of the file are left out.
    ///
    /// # Errors
    /// [`Error::Full`] when the disk has no room, [`Error::File`] when writing fails otherwise.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let rest = self.size - self.length;
        let count = bytes
            .len()
            .min(usize::try_from(rest).unwrap_or(bytes.len()));
        if let Err(source) = self.file.write_all(&bytes[..count]) {
            return Err(space::failed(&self.path, rest, source));
        }
        self.length += count as u64;
        Ok(())
    }

    /// What was noted of the server's file when it was begun at this address.
    pub fn validator(&self, address: &str) -> Option<String> {
        let text = std::fs::read(self.origin_path()).ok()?;
        let origin: Origin = serde_json::from_slice(&text).ok()?;
        (origin.address == address).then_some(origin.validator)
    }

    /// Notes it.
    pub fn note(&self, origin: Option<&Origin>) -> Result<()> {
        let path = self.origin_path();
        match origin {
            None => remove(&path),
            Some(origin) => serde_json::to_vec(origin)
                .map_err(std::io::Error::other)
                .and_then(|text| std::fs::write(&path, text))
                .map_err(Error::file(&path)),
        }
    }

    /// Gives the whole file its name once its checksum is right; else removes it.
    ///
    /// # Errors
    /// [`Error::Checksum`] when it is another; [`Error::File`], [`Error::Stopped`].
    pub fn finish(self, sha256: &str, report: &mut Reporter<'_>) -> Result<()> {
        self.file.sync_all().map_err(Error::file(&self.path))?;
        if let Err(error) = sum::check(&self.path, sha256, report) {
            if matches!(error, Error::Checksum { .. }) {
                remove(&self.path)?;
                remove(&self.origin_path())?;
            }
            return Err(error);
        }
        std::fs::rename(&self.path, &self.target).map_err(Error::file(&self.target))?;
        remove(&self.origin_path())?;
        sync_folder(&self.target)
    }

    fn origin_path(&self) -> PathBuf {
        beside(&self.target, ".part.json")
    }
}

/// Writes through that a file has its name.
///
/// # Errors
/// [`Error::File`] when the disk fails.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::file(folder))
}

/// Removes a file that may be gone already.
///
/// # Errors
/// [`Error::File`] when it stays.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(Error::file(path)(source)),
        _ => Ok(()),
    }
}

/// The path with more at its end.
pub(crate) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(more);
    longer.into()
}
