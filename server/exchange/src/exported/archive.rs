//! The archive: a zip whose parts are parts of the file.

use crate::error::{Error, Result};
use crate::limits::{MOST_NODES, MOST_TEXT, at_most};
use bytes::Bytes;
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::read::{ArchiveOffset, Config};
use zip::{CompressionMethod, ZipArchive};

/// The parts of a file, by their path below the folder that all are in.
pub(super) struct Archive {
    bytes: Bytes,
    zip: ZipArchive<Cursor<Bytes>>,
    places: HashMap<String, usize>,
}

impl Archive {
    pub(super) fn open(bytes: Bytes) -> Result<Self> {
        // It begins with the file; whoever looks for its beginning is misled by names of certain lengths.
        let archive_offset = ArchiveOffset::Known(0);
        let config = Config { archive_offset };
        let mut zip =
            ZipArchive::with_config(config, Cursor::new(bytes.clone())).map_err(damaged)?;
        at_most(zip.len(), MOST_NODES, "parts")?;
        let mut places = HashMap::with_capacity(zip.len());
        for place in 0..zip.len() {
            let part = zip.by_index_raw(place).map_err(damaged)?;
            let name = part.name().map_err(damaged)?;
            let inner = name.split_once('/').map_or(&*name, |(_, inner)| inner);
            if places.insert(inner.to_owned(), place).is_some() {
                return Err(Error::Damaged(format!("{inner} is there twice")));
            }
        }
        Ok(Self { bytes, zip, places })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    fn place(&self, name: &str) -> Result<usize> {
        let place = self.places.get(name).copied();
        place.ok_or_else(|| Error::Damaged(format!("{name} is not there")))
    }

    /// A text, which may be compressed.
    pub(super) fn text(&mut self, name: &str) -> Result<Vec<u8>> {
        let place = self.place(name)?;
        let part = self.zip.by_index(place).map_err(damaged)?;
        let mut text = Vec::new();
        // What the archive says of the size is not believed.
        part.take(MOST_TEXT + 1)
            .read_to_end(&mut text)
            .map_err(|error| Error::Damaged(format!("{name}: {error}")))?;
        match text.len() as u64 <= MOST_TEXT {
            true => Ok(text),
            false => Err(Error::TooMuch {
                what: format!("more than {} MB in {name}", MOST_TEXT >> 20),
                most: format!("{} MB", MOST_TEXT >> 20),
            }),
        }
    }

    /// Numbers, which are never compressed, and so cannot be more than the file.
    pub(super) fn numbers(&mut self, name: &str) -> Result<Bytes> {
        let place = self.place(name)?;
        let mut part = self.zip.by_index(place).map_err(damaged)?;
        if part.compression() != CompressionMethod::Stored || part.encrypted() {
            return Err(Error::Foreign(format!(
                "{name} is compressed; torch.export.save does not compress weights"
            )));
        }
        let start = part.data_start().and_then(|at| usize::try_from(at).ok());
        let length = usize::try_from(part.size()).ok();
        // Reading to the end compares the checksum.
        std::io::copy(&mut part, &mut std::io::sink())
            .map_err(|error| Error::Damaged(format!("{name}: {error}")))?;
        let end = start
            .zip(length)
            .and_then(|(start, length)| start.checked_add(length));
        match (start, end) {
            (Some(start), Some(end)) if end <= self.bytes.len() => Ok(self.bytes.slice(start..end)),
            _ => Err(Error::Damaged(format!("{name} ends behind the file"))),
        }
    }
}

fn damaged(error: zip::result::ZipError) -> Error {
    Error::Damaged(error.to_string())
}
