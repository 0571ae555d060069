//! Data sets with changed bytes are read or refused, soon and in bounded memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod made;

use made::seeds::{self, seeds};
use std::io::{Cursor, Read};
use valleyscope_dataset::Format;
use valleyscope_tests::mutate::{Part, PeakAlloc, Reader, Seed, seal};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What is held of a set is what its files hold; a packed kilobyte holds at most a megabyte.
const MOST_MEMORY: usize = 64 << 20;

/// A picture of some bytes may announce 512 MiB of pixels, to which WebP's decoder has them once more in four channels; a page of a
/// table a gibibyte.
const MOST_FOR_PICTURES: usize = 1280 << 20;

/// Tries the seeds of these formats and names, each as `of` makes a file with parts of it.
fn withstands(
    name: &str,
    most_memory: usize,
    chosen: impl Fn(&seeds::Seed) -> bool,
    of: impl Fn(&[u8]) -> Seed,
) {
    let chosen: Vec<_> = seeds().iter().filter(|seed| chosen(seed)).collect();
    let placed: Vec<_> = chosen.iter().map(|seed| seed.placed()).collect();
    let reader = Reader {
        name,
        most_memory,
        seeds: chosen.iter().map(|seed| of(&seed.content)).collect(),
    };
    reader.withstands(|which, content| placed[which].read(content));
}

fn of_format(name: &str, format: Format, of: impl Fn(&[u8]) -> Seed) {
    withstands(name, MOST_MEMORY, |seed| seed.format == format, of);
}

fn pictures(name: &str, end: &str, of: impl Fn(&[u8]) -> Seed) {
    let chosen = |seed: &seeds::Seed| seed.format == Format::Folder && seed.name.ends_with(end);
    withstands(name, MOST_FOR_PICTURES, chosen, of);
}

fn plain(content: &[u8]) -> Seed {
    Seed::plain(content)
}

/// What a gzip file packs is changed as well; other files have no checksums.
fn unpacked(content: &[u8]) -> Seed {
    if !content.starts_with(b"\x1f\x8b") {
        return plain(content);
    }
    let mut inner = Vec::new();
    flate2::read::GzDecoder::new(content)
        .read_to_end(&mut inner)
        .unwrap();
    Seed::packed(content, vec![Part::new("", inner)], seal::gzip)
}

#[test]
fn cifar_binary() {
    let chosen = |seed: &seeds::Seed| matches!(seed.format, Format::Cifar10 | Format::Cifar100);
    withstands("CIFAR, binary", MOST_MEMORY, chosen, unpacked);
}

#[test]
fn cifar_pickles() {
    of_format("CIFAR, Python", Format::CifarPickle, plain);
}

#[test]
fn idx() {
    of_format("idx", Format::Idx, unpacked);
}

#[test]
fn arrays_of_cifar_c() {
    of_format("CIFAR-10-C, .npy", Format::Corrupted, plain);
}

#[test]
fn archives_of_arrays() {
    of_format(".npz", Format::Npz, |file| {
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut parts = Vec::new();
        for place in 0..archive.len() {
            let mut entry = archive.by_index(place).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            parts.push(Part::new(entry.name().unwrap(), content));
        }
        Seed::packed(file, parts, seal::zip)
    });
}

const HEADER: usize = 128;

/// The header, and of each element its kind and its content, unpacked where it is packed.
fn elements(file: &[u8]) -> Vec<Part> {
    let (header, mut rest) = file.split_at(HEADER);
    let mut parts = vec![Part::new("header", header)];
    while let Some((tag, after)) = rest.split_first_chunk::<8>() {
        let [kind, length] =
            [0, 4].map(|at| u32::from_le_bytes(tag[at..at + 4].try_into().unwrap()));
        let (element, after) = after.split_at(length as usize);
        let mut content = element.to_vec();
        if kind == 15 {
            content.clear();
            flate2::read::ZlibDecoder::new(element)
                .read_to_end(&mut content)
                .unwrap();
        }
        parts.push(Part::new(kind.to_string(), content));
        rest = after;
    }
    parts
}

fn mat(parts: &[Part]) -> Vec<u8> {
    let mut file = parts[0].content.clone();
    for part in &parts[1..] {
        let kind: u32 = part.name.parse().unwrap();
        let content = match kind {
            15 => seal::zlib(std::slice::from_ref(part)),
            _ => part.content.clone(),
        };
        file.extend(kind.to_le_bytes());
        file.extend((content.len() as u32).to_le_bytes());
        file.extend(content);
    }
    file
}

#[test]
fn svhn() {
    of_format("SVHN, .mat", Format::Svhn, |file| {
        Seed::packed(file, elements(file), mat)
    });
}

#[cfg(feature = "parquet")]
#[test]
fn parquet() {
    let chosen = |seed: &seeds::Seed| seed.format == Format::Parquet;
    withstands("Parquet", MOST_FOR_PICTURES, chosen, plain);
}

#[test]
fn png() {
    pictures("PNG", ".png", |file| {
        Seed::packed(file, seal::chunks(file), seal::png)
    });
}

#[test]
fn jpeg() {
    pictures("JPEG", ".jpg", plain);
}

#[test]
fn webp() {
    pictures("WebP", ".webp", plain);
}
