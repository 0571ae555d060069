//! What two processes say to each other: a text with what it is, then numbers, bit for bit.
//!
//! A frame: the length of the text in bytes, how many f64 and how many f32 follow it, each 32 bits, little-endian; then these.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Error, ErrorKind, Read, Write};

/// A frame of more bytes is sent by nobody honest: the iterates of a batch of large pictures take a tenth.
const MOST: u64 = 1 << 28;

/// One frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame<W> {
    /// What it is.
    pub word: W,
    /// Readings or logits that belong to it.
    pub doubles: Vec<f64>,
    /// Pixels that belong to it.
    pub singles: Vec<f32>,
}

/// Writes a frame.
///
/// # Errors
/// It is too long, or the other process is gone.
pub fn write(
    to: &mut impl Write,
    word: &impl Serialize,
    doubles: &[f64],
    singles: &[f32],
) -> io::Result<()> {
    let text = serde_json::to_vec(word)?;
    let mut bytes = Vec::with_capacity(12 + text.len() + 8 * doubles.len() + 4 * singles.len());
    for length in [text.len(), doubles.len(), singles.len()] {
        let length = u32::try_from(length).map_err(|_| too_long())?;
        bytes.extend(length.to_le_bytes());
    }
    bytes.extend(&text);
    bytes.extend(doubles.iter().flat_map(|number| number.to_le_bytes()));
    bytes.extend(singles.iter().flat_map(|number| number.to_le_bytes()));
    if bytes.len() as u64 > MOST {
        return Err(too_long());
    }
    to.write_all(&bytes)
}

/// Reads a frame; nothing where the other process ended after a whole one.
///
/// # Errors
/// It is too long, ends in the middle, or says nothing that is known.
pub fn read<W: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<Frame<W>>> {
    let first = up_to(from, 1)?;
    let Some(first) = first.first() else {
        return Ok(None);
    };
    let mut head = [*first; 12];
    from.read_exact(&mut head[1..])?;
    let (lengths, _) = head.as_chunks::<4>();
    let [text, doubles, singles] =
        std::array::from_fn(|i| u64::from(u32::from_le_bytes(lengths[i])));
    if 12 + text + 8 * doubles + 4 * singles > MOST {
        return Err(too_long());
    }
    let word = serde_json::from_slice(&exactly(from, text)?)?;
    let bytes = exactly(from, 8 * doubles)?;
    let (doubles, _) = bytes.as_chunks::<8>();
    let doubles = doubles
        .iter()
        .map(|bytes| f64::from_le_bytes(*bytes))
        .collect();
    let bytes = exactly(from, 4 * singles)?;
    let (singles, _) = bytes.as_chunks::<4>();
    let singles = singles
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    Ok(Some(Frame {
        word,
        doubles,
        singles,
    }))
}

/// So many bytes, or all that there are; memory is taken as they come, not as they are announced.
fn up_to(from: &mut impl Read, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn exactly(from: &mut impl Read, count: u64) -> io::Result<Vec<u8>> {
    let bytes = up_to(from, count)?;
    match bytes.len() as u64 == count {
        true => Ok(bytes),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn too_long() -> Error {
    Error::new(
        ErrorKind::InvalidData,
        format!("a message of more than {} MB", MOST >> 20),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_bit_for_bit() {
        let doubles = [
            0.1,
            -0.0,
            f64::NAN,
            f64::from_bits(0x7ff8_dead_beef_0001),
            f64::INFINITY,
            5e-324,
        ];
        let singles = [f32::NAN, f32::from_bits(0x7fc0_1234), -0.0, 1e-45];
        let mut sent = Vec::new();
        write(&mut sent, &"word", &doubles, &singles).unwrap();
        write(&mut sent, &"next", &[], &[]).unwrap();
        let mut from = sent.as_slice();
        let frame: Frame<String> = read(&mut from).unwrap().unwrap();
        assert_eq!(frame.word, "word");
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&frame.doubles), bits(&doubles));
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&frame.singles), bits(&singles));
        assert_eq!(read::<String>(&mut from).unwrap().unwrap().word, "next");
        assert!(read::<String>(&mut from).unwrap().is_none());
    }

    #[test]
    fn what_is_no_frame_is_refused_before_it_takes_memory() {
        for (bytes, kind) in [
            (&[255; 64][..], ErrorKind::InvalidData),
            (
                &[2, 0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, b'{', b'}'][..],
                ErrorKind::UnexpectedEof,
            ),
            (&[9, 0, 0][..], ErrorKind::UnexpectedEof),
        ] {
            let mut bytes = bytes;
            let error = read::<serde_json::Value>(&mut bytes).unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
}
