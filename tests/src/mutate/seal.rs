//! Packing parts with the checksums that readers ask for; nothing is compressed, so that every byte means what it says.

use super::seed::Part;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Nothing here is written anywhere but into memory.
const IN_MEMORY: &str = "memory takes everything";

/// A zip archive.
///
/// # Panics
/// Where two parts have one name.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for part in parts {
        let begun = archive.start_file(part.name.as_str(), stored);
        begun.expect("the parts have names of their own");
        archive.write_all(&part.content).expect(IN_MEMORY);
    }
    archive.finish().expect(IN_MEMORY).into_inner()
}

/// The parts of a zip archive.
///
/// # Panics
/// Where it is none.
pub fn members(archive: &[u8]) -> Vec<Part> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).expect("it is a zip archive");
    let count = archive.len();
    let member = |place| {
        let mut entry = archive.by_index(place).expect("the entry is listed");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("the entry is whole");
        Part::new(entry.name().expect("it has a name").into_owned(), content)
    };
    (0..count).map(member).collect()
}

/// A gzip file of all parts, one after the other.
///
/// # Panics
/// Never: memory takes everything.
pub fn gzip(parts: &[Part]) -> Vec<u8> {
    let mut file = GzEncoder::new(Vec::new(), Compression::none());
    file.write_all(&joined(parts)).expect(IN_MEMORY);
    file.finish().expect(IN_MEMORY)
}

/// A zlib stream of all parts, one after the other.
///
/// # Panics
/// Never: memory takes everything.
pub fn zlib(parts: &[Part]) -> Vec<u8> {
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::none());
    stream.write_all(&joined(parts)).expect(IN_MEMORY);
    stream.finish().expect(IN_MEMORY)
}

/// A PNG whose chunks are the parts.
pub fn png(parts: &[Part]) -> Vec<u8> {
    let chunk = |part: &Part| {
        let length = (part.content.len() as u32).to_be_bytes();
        let sum = crc32fast::hash(&[part.name.as_bytes(), &part.content].concat()).to_be_bytes();
        [&length[..], part.name.as_bytes(), &part.content, &sum].concat()
    };
    let chunks: Vec<u8> = parts.iter().flat_map(chunk).collect();
    [PNG, &chunks].concat()
}

/// The chunks of a PNG, as [`png`] takes them.
///
/// # Panics
/// Where it is none.
pub fn chunks(picture: &[u8]) -> Vec<Part> {
    let mut rest = picture
        .strip_prefix(PNG)
        .expect("a PNG begins with its mark");
    let mut parts = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (name, after) = after.split_at(4);
        let (content, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        parts.push(Part::new(String::from_utf8_lossy(name), content));
        rest = &after[4..];
    }
    parts
}

/// A tar archive.
///
/// # Panics
/// Where a name is too long for one.
pub fn tar(parts: &[Part]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for part in parts {
        let mut head = tar::Header::new_ustar();
        head.set_size(part.content.len() as u64);
        head.set_mode(0o644);
        let added = archive.append_data(&mut head, &part.name, part.content.as_slice());
        added.expect("the name fits");
    }
    archive.into_inner().expect(IN_MEMORY)
}

fn joined(parts: &[Part]) -> Vec<u8> {
    parts.iter().flat_map(|part| part.content.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_and_members_are_put_together_again() {
        let parts = vec![Part::new("IHDR", [0; 13]), Part::new("IEND", [])];
        assert_eq!(chunks(&png(&parts)), parts);
        assert_eq!(members(&zip(&parts)), parts);
    }
}
