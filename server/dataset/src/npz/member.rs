//! The arrays of an archive, unpacked no further than their headers say.

use super::again;
use super::values::{self, Grey};
use crate::budget::Budget;
use crate::error::{Error, Result, many};
use crate::file::Regular;
use crate::npy::Header;
use crate::pixels::Bytes;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zip::{CompressionMethod, ZipArchive};

/// Archives of arrays have no more members.
const MOST_MEMBERS: usize = 1000;

pub(super) struct Archive {
    pub path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
    /// The arrays, without their `.npy`.
    pub names: Vec<String>,
}

impl Archive {
    /// # Errors
    /// [`Error::Format`] when it is no archive or holds something else than arrays.
    pub fn open(path: &Path) -> Result<Self> {
        let refuse = |reason: String| Error::format(path, reason);
        let file = BufReader::new(Regular::open(path)?.into_file());
        let zip =
            ZipArchive::new(file).map_err(|error| refuse(format!("no zip archive: {error}")))?;
        if zip.len() > MOST_MEMBERS {
            return Err(refuse(format!(
                "holds {}; at most {MOST_MEMBERS} are read",
                many(zip.len(), "member")
            )));
        }
        let members = zip.file_names().filter_map(|name| name.ok());
        let mut names: Vec<_> = members
            .filter_map(|name| name.strip_suffix(".npy").map(str::to_owned))
            .collect();
        if names.is_empty() {
            return Err(refuse("is a zip archive without NumPy arrays (.npy); numpy.savez(file, x=images, y=labels) writes one".to_owned()));
        }
        names.sort();
        Ok(Self {
            path: path.to_owned(),
            zip,
            names,
        })
    }

    fn member<T>(
        &mut self,
        array: &str,
        use_it: impl FnOnce(&mut Member<'_>) -> Result<T, String>,
    ) -> Result<T> {
        let refuse = |reason: String| Error::format(&self.path, format!("{array} {reason}"));
        let file = self.zip.by_name(&format!("{array}.npy"));
        let mut file = file.map_err(|error| refuse(format!("cannot be read: {error}")))?;
        use_it(&mut file).map_err(refuse)
    }

    pub fn header(&mut self, array: &str) -> Result<Header> {
        self.member(array, |file| Header::read(file))
    }

    /// Whole numbers of any width.
    pub fn integers(
        &mut self,
        array: &str,
        header: &Header,
        budget: &mut Budget,
    ) -> Result<Vec<i64>> {
        let width = values::width(&header.kind);
        let path = self.path.clone();
        let Some(width) = width.filter(|_| !header.kind.contains('f')) else {
            let reason = format!(
                "{array} holds numbers of the kind {}; whole numbers are right",
                header.kind
            );
            return Err(Error::format(&path, reason));
        };
        budget.spend(&path, header.numbers().saturating_mul(8))?;
        let content = self.member(array, |file| {
            skip(file, header)?;
            exactly(file, header.numbers() * width as u64)
        })?;
        let signed = header.kind.contains('i');
        Ok(content
            .chunks_exact(width)
            .map(|bytes| values::integer(bytes, signed))
            .collect())
    }

    /// Images as bytes: held, or left in an archive that is not packed and too large for that; and where they begin.
    pub fn pixels(
        &mut self,
        array: &str,
        header: &Header,
        budget: &mut Budget,
    ) -> Result<(Bytes, u64)> {
        let path = self.path.clone();
        let count = header.numbers();
        let grey = Grey::of(&header.kind)
            .map_err(|reason| Error::format(&path, format!("{array} {reason}")))?;
        let each = (count / header.shape.first().copied().unwrap_or(1).max(1) as u64).max(1);
        if grey == Grey::Bytes && count > budget.left() {
            let place = self.member(array, |file| {
                let whole = file.size() == header.length.saturating_add(count);
                let stored = file.compression() == CompressionMethod::Stored && whole;
                Ok(file.data_start().filter(|_| stored))
            })?;
            if let Some(start) = place {
                let file = again(&path)?;
                let end = start
                    .checked_add(header.length)
                    .and_then(|start| start.checked_add(count));
                if end.is_none_or(|end| end > file.length()) {
                    return Err(Error::format(&path, format!("{array} is cut off")));
                }
                return Ok((Bytes::Placed(Arc::new(file)), start + header.length));
            }
        }
        budget.spend(&path, count)?;
        let content = self.member(array, |file| {
            skip(file, header)?;
            match grey {
                Grey::Bytes => exactly(file, count),
                Grey::Single | Grey::Double => values::grey_levels(file, grey, count, each),
            }
        })?;
        Ok((Bytes::held(content), 0))
    }
}

type Member<'a> = zip::read::ZipFile<'a, BufReader<File>>;

fn skip(file: &mut impl Read, header: &Header) -> Result<(), String> {
    std::io::copy(&mut file.take(header.length), &mut std::io::sink())
        .map(drop)
        .map_err(|error| format!("cannot be read: {error}"))
}

/// So many bytes and no more.
fn exactly(file: &mut impl Read, count: u64) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    // One more tells that there is more than the header says.
    let read = file.take(count.saturating_add(1)).read_to_end(&mut content);
    read.map_err(|error| format!("cannot be read: {error}"))?;
    match content.len() as u64 {
        found if found == count => Ok(content),
        found if found < count => Err(format!("is cut off: {found} of {count} bytes are there")),
        _ => Err(format!(
            "has more than the {count} bytes that its header announces"
        )),
    }
}
