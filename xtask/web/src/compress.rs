//! Compressed copies beside every file, so that the server never compresses while somebody waits.

use std::io::Write;

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};

/// Brotli at its highest quality, with a window of 4 MiB.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

/// Gzip at level 9, without a time stamp: the same input gives the same file.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn sample() -> Vec<u8> {
        (0..50_000_u32)
            .flat_map(|i| (i % 251).to_le_bytes())
            .collect()
    }

    #[test]
    fn brotli_gives_the_same_bytes_back() {
        let compressed = brotli(&sample()).unwrap();
        assert!(compressed.len() < sample().len());
        let mut back = Vec::new();
        brotli::Decompressor::new(&compressed[..], 4096)
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, sample());
    }

    #[test]
    fn gzip_gives_the_same_bytes_back() {
        let compressed = gzip(&sample()).unwrap();
        assert!(compressed.len() < sample().len());
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&compressed[..])
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, sample());
    }
}
