//! Archives, those too that no archiver would write.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// One entry.
pub enum Entry<'a> {
    File(&'a str, &'a [u8]),
    /// A symbolic link and where it leads.
    Link(&'a str, &'a str),
    /// A hard link and where it leads.
    Hard(&'a str, &'a str),
    Folder(&'a str),
}

/// A tar archive.
pub fn tar(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut content = Vec::new();
    for entry in entries {
        let (name, bytes, kind, target) = match *entry {
            Entry::File(name, bytes) => (name, bytes, b'0', ""),
            Entry::Hard(name, target) => (name, &[][..], b'1', target),
            Entry::Link(name, target) => (name, &[][..], b'2', target),
            Entry::Folder(name) => (name, &[][..], b'5', ""),
        };
        content.extend(header(name, bytes.len(), kind, target));
        content.extend(bytes);
        content.resize(content.len().next_multiple_of(512), 0);
    }
    content.resize(content.len() + 1024, 0);
    content
}

/// The header of POSIX's ustar, whose names the library would not write.
fn header(name: &str, size: usize, kind: u8, target: &str) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, &[kind]);
    put(157, target.as_bytes());
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
