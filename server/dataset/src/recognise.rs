//! Telling formats by content.

use crate::budget::GZIP_MAGIC;
use crate::error::{Error, Result, list};
use crate::file::{Regular, entries, foreign, name};
use crate::options::Format;
use crate::{cifar, idx, picture};
use flate2::read::GzDecoder;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Of so many files of a folder the beginning is read.
const GLANCED: usize = 64;

/// What the files are, or the folder; by what is in them, whatever they are called.
///
/// # Errors
/// [`Error::Format`] says what a file is instead, or what would be right; [`Error::Setting`] when none is given.
pub fn recognise(paths: &[PathBuf]) -> Result<Format> {
    let Some(first) = paths.first() else {
        let expected = "at least one file or folder is right";
        return Err(Error::setting("paths", "an empty list", expected));
    };
    if first.is_dir() {
        return of_folder(first);
    }
    if let Some(format) = glance(first)? {
        return Ok(format);
    }
    let file = Regular::open(first)?;
    let start = unpacked(&file)?;
    let reason = match foreign(&start) {
        Some(kind) => format!("this is {kind}"),
        None => cifar::why_neither(&file),
    };
    Err(Error::format(first, reason))
}

/// What one file is, from its beginning and its length.
pub(crate) fn glance(path: &Path) -> Result<Option<Format>> {
    let file = Regular::open(path)?;
    let start = unpacked(&file)?;
    let begins = |with: &[u8]| start.starts_with(with);
    Ok(match () {
        () if matches!(start[..], [0x80, 2..=5, ..]) => Some(Format::CifarPickle),
        () if begins(&idx::IMAGES_MAGIC.to_be_bytes())
            || begins(&idx::LABELS_MAGIC.to_be_bytes()) =>
        {
            Some(Format::Idx)
        }
        () if begins(b"MATLAB 5.0 MAT-file") => Some(Format::Svhn),
        () if begins(b"PK\x03\x04") => Some(Format::Npz),
        () if begins(b"PAR1") => Some(Format::Parquet),
        () if foreign(&start).is_some() => None,
        () => cifar::which(path)?,
    })
}

/// The first bytes, of a gzip file those of what it packs.
fn unpacked(file: &Regular) -> Result<Vec<u8>> {
    let start = file.start::<4096>()?;
    if !start.starts_with(&GZIP_MAGIC) {
        return Ok(start);
    }
    let mut content = Vec::new();
    // It is cut off, so that it ends too early; what comes before is right all the same.
    let _ = GzDecoder::new(&start[..])
        .take(512)
        .read_to_end(&mut content);
    Ok(content)
}

fn of_folder(folder: &Path) -> Result<Format> {
    let all = entries(folder)?;
    let (folders, files): (Vec<_>, Vec<_>) = all.iter().partition(|path| path.is_dir());
    let files: Vec<_> = files.into_iter().filter(|path| path.is_file()).collect();
    if files.iter().any(|path| name(path) == "labels.npy") {
        return Ok(Format::Corrupted);
    }
    let mut found = Vec::new();
    for path in files.iter().take(GLANCED) {
        if let Ok(Some(format)) = glance(path)
            && !found.contains(&format)
        {
            found.push(format);
        }
    }
    match found[..] {
        [] => {}
        [format] => return Ok(format),
        _ => {
            let names: Vec<_> = found.iter().map(|format| format!("{format:?}")).collect();
            let reason = format!(
                "holds files of several formats ({}); name the files that are meant",
                list(&names)
            );
            return Err(Error::format(folder, reason));
        }
    }
    let within = |folder: &Path| {
        entries(folder)
            .unwrap_or_default()
            .into_iter()
            .take(GLANCED)
    };
    if folders
        .iter()
        .any(|folder| within(folder).any(|path| matches!(glance(&path), Ok(Some(Format::Parquet)))))
    {
        return Ok(Format::Parquet);
    }
    let picture = |path: &Path| path.is_file() && picture::is_one(path);
    let below = |folder: &Path| {
        within(folder)
            .any(|path| picture(&path) || path.is_dir() && within(&path).any(|path| picture(&path)))
    };
    if files.iter().any(|path| picture(path)) || folders.iter().any(|folder| below(folder)) {
        return Ok(Format::Folder);
    }
    let reason = "no data set is known in this folder: right are class folders of pictures, CIFAR-10's or CIFAR-100's files, \
         CIFAR-10-C's arrays with labels.npy, MNIST's idx files or parquet files";
    Err(Error::format(folder, reason))
}
