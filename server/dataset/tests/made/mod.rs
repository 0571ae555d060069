//! What several tests write and ask.

#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub mod seeds;

use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use valleyscope_dataset::{Format, Options, Set, open, recognise};

/// Writes a file and says where it is; folders on the way are made.
pub fn written(folder: &TempDir, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

/// Options as a request has them.
pub fn options(json: &str) -> Options {
    serde_json::from_str(json).unwrap()
}

/// Opens what is recognised.
pub fn opened(paths: &[PathBuf], json: &str) -> Set {
    open(recognise(paths).unwrap(), paths, &options(json)).unwrap()
}

/// Why what is recognised is not opened, or why nothing is recognised.
pub fn refusal(paths: &[PathBuf], json: &str) -> String {
    match recognise(paths).and_then(|format| open(format, paths, &options(json))) {
        Ok(set) => panic!("{:?} was opened", set.info()),
        Err(error) => error.to_string(),
    }
}

/// Why a format is not opened.
pub fn refused(format: Format, path: &Path, json: &str) -> String {
    let opened = open(format, &[path.to_owned()], &options(json));
    opened.map(drop).unwrap_err().to_string()
}

pub fn image(set: &Set, index: usize) -> Vec<u8> {
    let mut bytes = vec![0; set.info().pixels()];
    set.bytes_into(index, &mut bytes).unwrap();
    bytes
}

pub fn labels(set: &Set) -> Vec<usize> {
    (0..set.info().count)
        .map(|index| set.label(index).unwrap())
        .collect()
}

/// `content` as gzip.
pub fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that differ from place to place.
pub fn noise(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..count).map(next).collect()
}

/// A NumPy array as `numpy.save` writes it.
pub fn npy(kind: &str, shape: &[usize], content: &[u8]) -> Vec<u8> {
    let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
    let text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({sizes}), }}\n");
    let length = (text.len() as u16).to_le_bytes();
    [&b"\x93NUMPY\x01\0"[..], &length, text.as_bytes(), content].concat()
}

/// A PNG of these pixels.
pub fn png(height: u32, width: u32, color: image::ExtendedColorType, pixels: &[u8]) -> Vec<u8> {
    use image::ImageEncoder;
    let mut content = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut content);
    encoder.write_image(pixels, width, height, color).unwrap();
    content
}

/// A PNG in colour of noise.
pub fn picture(height: u32, width: u32, seed: u64) -> Vec<u8> {
    let pixels = noise((3 * height * width) as usize, seed);
    png(height, width, image::ExtendedColorType::Rgb8, &pixels)
}

/// A file that lies beside the script that made it.
pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// The two images of `golden/formats.py`.
pub fn has_the_images(set: &Set) {
    assert_eq!((set.info().count, set.info().shape), (2, [3, 32, 32]));
    for index in 0..2 {
        let cells = (0..3).flat_map(|channel| {
            (0..32).flat_map(move |row| {
                (0..32).map(move |column| index * 50 + channel * 70 + row * 7 + column)
            })
        });
        let expected: Vec<u8> = cells.map(|value: usize| value as u8).collect();
        assert_eq!(image(set, index), expected, "image {index}");
    }
}
