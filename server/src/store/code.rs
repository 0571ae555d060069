//! How readings, examples and states lie in the database: small, exact, and the same on every machine.

use super::{Result, StoreError};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read, Write};
use valleyscope_shared::readings::Example;

/// `bytes`, deflated.
pub fn deflate(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder =
        DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(level));
    // Writing into memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// What was deflated.
pub fn inflate(what: &'static str, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    DeflateDecoder::new(bytes)
        .read_to_end(&mut plain)
        .map_err(|error| StoreError::Damaged {
            what,
            reason: error.to_string(),
        })?;
    Ok(plain)
}

/// Floats with their bytes sorted by weight, deflated: exponents of like readings are alike and pack well.
pub fn encode_floats(values: &[f64]) -> Vec<u8> {
    let mut planes = vec![0; values.len() * 8];
    for (i, value) in values.iter().enumerate() {
        for (weight, byte) in value.to_le_bytes().into_iter().enumerate() {
            planes[weight * values.len() + i] = byte;
        }
    }
    deflate(&planes, 1)
}

/// The floats of [`encode_floats`], bit for bit.
pub fn decode_floats(bytes: &[u8]) -> Result<Vec<f64>> {
    let planes = inflate("readings", bytes)?;
    let count = planes.len() / 8;
    if planes.len() % 8 != 0 {
        return Err(StoreError::Damaged {
            what: "readings",
            reason: format!("{} bytes are not whole floats", planes.len()),
        });
    }
    Ok((0..count)
        .map(|i| f64::from_le_bytes(std::array::from_fn(|weight| planes[weight * count + i])))
        .collect())
}

/// Index, label and target of every example, deflated. Label and target plus one share 32 bits: no model has 65,535 classes.
pub fn encode_examples(examples: &[Example]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(examples.len() * 12);
    for example in examples {
        bytes.extend(example.index.to_le_bytes());
        let target = example.target.map_or(0, |target| target + 1);
        bytes.extend((example.label & 0xffff | target << 16).to_le_bytes());
    }
    deflate(&bytes, 6)
}

/// The examples of [`encode_examples`].
pub fn decode_examples(bytes: &[u8]) -> Result<Vec<Example>> {
    let plain = inflate("examples", bytes)?;
    let (examples, rest) = plain.as_chunks::<12>();
    if !rest.is_empty() {
        return Err(StoreError::Damaged {
            what: "examples",
            reason: "it ends in the middle of one".to_owned(),
        });
    }
    Ok(examples
        .iter()
        .map(|bytes| {
            let (mut index, mut label) = ([0; 8], [0; 4]);
            index.copy_from_slice(&bytes[..8]);
            label.copy_from_slice(&bytes[8..]);
            let both = u32::from_le_bytes(label);
            Example {
                index: u64::from_le_bytes(index),
                label: both & 0xffff,
                target: (both >> 16).checked_sub(1),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_come_back_bit_for_bit() {
        let values = [0.0, -0.0, 1.5, f64::NAN, f64::INFINITY, 1e-308, -7.25e99];
        let back = decode_floats(&encode_floats(&values)).unwrap();
        let bits = |values: &[f64]| {
            values
                .iter()
                .map(|value| value.to_bits())
                .collect::<Vec<_>>()
        };
        assert_eq!(bits(&back), bits(&values));
    }

    #[test]
    fn examples_come_back() {
        let examples = [
            Example::new(7, 3),
            Example {
                target: Some(0),
                ..Example::new(u64::MAX, 9)
            },
        ];
        assert_eq!(
            decode_examples(&encode_examples(&examples)).unwrap(),
            examples
        );
    }

    #[test]
    fn garbage_is_an_error_and_no_panic() {
        assert!(decode_floats(b"garbage").is_err());
        assert!(decode_examples(&deflate(b"1234567", 1)).is_err());
    }
}
