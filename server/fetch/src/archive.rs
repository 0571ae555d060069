//! Taking what a set needs out of a tar archive, plain or gzip.
//!
//! Only files are written, only those that the set names, and only where it names them; a path that leads out of the folder refuses the whole archive.

use crate::error::{Error, Result};
use crate::part::{beside, remove, sync_folder};
use crate::progress::{Activity, Reporter};
use crate::set::Unpack;
use crate::space;
use crate::stamp::Unpacked;
use crate::sum::{PIECE, Sum};
use flate2::read::GzDecoder;
use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Error as IoError, Read, Result as IoResult, Write};
use std::path::{Component, Path};
use std::rc::Rc;
use tar::{Archive, Entry};

/// The first bytes of a gzip file: RFC 1952.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Unpacks into a folder.
///
/// # Errors
/// [`Error::Archive`] when an entry leads out of the folder, is needed but no file, or is missing, or when the whole is longer than it may be; [`Error::Full`], [`Error::File`], [`Error::Stopped`].
pub(crate) fn unpack(
    path: &Path,
    what: &Unpack,
    folder: &Path,
    report: &mut Reporter<'_>,
) -> Result<Vec<Unpacked>> {
    let refuse = |reason: String| Error::archive(path, reason);
    let broken = |error: IoError| refuse(error.to_string());
    let (reader, position) = open(path, what.most, report)?;
    let mut archive = Archive::new(reader);
    let mut taken: Vec<Unpacked> = Vec::new();
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = inside(&entry).map_err(refuse)?;
        report.at(position.get())?;
        if !what.entries.contains(&name) {
            continue;
        }
        if !entry.header().entry_type().is_file() {
            return Err(refuse(format!(
                "{name:?} is no file but a link or a device"
            )));
        }
        if taken.iter().any(|before| before.path == name) {
            return Err(refuse(format!("{name:?} is there twice")));
        }
        let writer = Writer {
            archive: path,
            name,
            position: &position,
        };
        taken.push(writer.write(&mut entry, folder, report)?);
    }
    let is_missing = |name: &&String| taken.iter().all(|entry| entry.path != **name);
    match what.entries.iter().find(is_missing) {
        None => Ok(taken),
        Some(name) => Err(refuse(format!("holds no {name:?}"))),
    }
}

/// The archive's uncompressed bytes, and how many of the compressed ones are read.
fn open(path: &Path, most: u64, report: &mut Reporter<'_>) -> Result<(Bounded, Rc<Cell<u64>>)> {
    let failed = Error::file(path);
    let mut start = Vec::new();
    let mut file = File::open(path).map_err(&failed)?;
    (&mut file)
        .take(GZIP.len() as u64)
        .read_to_end(&mut start)
        .map_err(&failed)?;
    let is_gzip = start == GZIP;
    let total = file.metadata().map_err(&failed)?.len();
    report.begin(Activity::Unpacking, 0, total)?;
    let position = Rc::new(Cell::new(0));
    let counted = Counted {
        inner: std::io::Cursor::new(start).chain(file),
        position: position.clone(),
    };
    let buffered = BufReader::with_capacity(PIECE, counted);
    let inner: Box<dyn Read> = match is_gzip {
        true => Box::new(GzDecoder::new(buffered)),
        false => Box::new(buffered),
    };
    let bounded = Bounded {
        inner,
        most,
        left: most,
    };
    Ok((bounded, position))
}

/// The path of an entry, if it stays inside the archive's folder.
fn inside<R: Read>(entry: &Entry<'_, R>) -> Result<String, String> {
    let path = entry.path().map_err(|error| error.to_string())?;
    let mut names = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => names.push(name.to_string_lossy().into_owned()),
            _ => {
                let path = path.to_string_lossy();
                return Err(format!("{path:?} leads out of the folder"));
            }
        }
    }
    Ok(names.join("/"))
}

/// One entry on its way to the disk.
struct Writer<'a> {
    archive: &'a Path,
    name: String,
    position: &'a Cell<u64>,
}

impl Writer<'_> {
    /// Gives the entry its name once it is whole; else leaves nothing.
    fn write<R: Read>(
        self,
        entry: &mut Entry<'_, R>,
        folder: &Path,
        report: &mut Reporter<'_>,
    ) -> Result<Unpacked> {
        let (target, size) = (folder.join(&self.name), entry.size());
        let holds = target.parent().unwrap_or(folder);
        std::fs::create_dir_all(holds).map_err(Error::file(holds))?;
        let path = beside(&target, ".part");
        let sha256 = self.copy(entry, &path, report).inspect_err(|_| {
            // The first error is the one to tell.
            remove(&path).ok();
        })?;
        std::fs::rename(&path, &target).map_err(Error::file(&target))?;
        sync_folder(&target)?;
        Ok(Unpacked {
            path: self.name,
            size,
            sha256,
        })
    }

    /// Copies the entry, and gives its checksum.
    fn copy<R: Read>(
        &self,
        entry: &mut Entry<'_, R>,
        path: &Path,
        report: &mut Reporter<'_>,
    ) -> Result<String> {
        let refuse = |reason: String| Error::archive(self.archive, reason);
        let mut file = File::create(path).map_err(Error::file(path))?;
        let (mut sum, mut left, mut piece) = (Sum::default(), entry.size(), vec![0; PIECE]);
        loop {
            let count = entry
                .read(&mut piece)
                .map_err(|error| refuse(error.to_string()))?;
            if count == 0 {
                break;
            }
            sum.update(&piece[..count]);
            file.write_all(&piece[..count])
                .map_err(|source| space::failed(path, left, source))?;
            left = left.saturating_sub(count as u64);
            report.at(self.position.get())?;
        }
        if left > 0 {
            return Err(refuse(format!("{:?} ends early", self.name)));
        }
        file.sync_all().map_err(Error::file(path))?;
        Ok(sum.digits())
    }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    position: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let count = self.inner.read(buffer)?;
        self.position.set(self.position.get() + count as u64);
        Ok(count)
    }
}

/// Fails where more comes than may.
struct Bounded {
    inner: Box<dyn Read>,
    most: u64,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let count = self.inner.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => {
                let most = self.most;
                let reason = format!("unpacks to more than the {most} bytes that it may");
                return Err(IoError::other(reason));
            }
        }
        Ok(count)
    }
}
