//! The records of a file of kept iterates.
//!
//! A record: `VSKP`, then pass, point, first row, rows, channels, height, width, classes and whether it is a key point,
//! each 32 bits, little-endian; then the compressed length of each row, 32 bits; then the rows.

use std::io::{self, Read};

/// What every record begins with.
pub const MAGIC: [u8; 4] = *b"VSKP";
/// Every so many points the pixels are stored whole, so that a late point is not a sum over hundreds.
pub const KEY_EVERY: u32 = 16;
/// No honest record has more rows.
const MOST_ROWS: u32 = 1 << 16;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which pass.
    pub pass: u32,
    /// Which point.
    pub point: u32,
    /// The row of the first.
    pub first_row: u32,
    /// How many rows.
    pub rows: u32,
    /// Channels, height and width.
    pub shape: [u32; 3],
    /// How many logits a row has.
    pub classes: u32,
    /// Whether the pixels are stored whole.
    pub key: bool,
}

impl Head {
    /// How long it is in a file.
    pub const BYTES: u64 = 40;

    /// The pixels of one row.
    pub fn pixels(&self) -> usize {
        self.shape.iter().map(|n| *n as usize).product()
    }

    /// The record's beginning.
    pub fn bytes(&self) -> Vec<u8> {
        let [channels, height, width] = self.shape;
        let numbers = [
            self.pass,
            self.point,
            self.first_row,
            self.rows,
            channels,
            height,
            width,
            self.classes,
            u32::from(self.key),
        ];
        MAGIC
            .into_iter()
            .chain(numbers.into_iter().flat_map(u32::to_le_bytes))
            .collect()
    }

    /// Reads a record's beginning; nothing at the end of the file, or where the writer was killed in the middle.
    pub fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; Self::BYTES as usize];
        if !fill(from, &mut bytes)? || bytes[..4] != MAGIC {
            return Ok(None);
        }
        let (numbers, _) = bytes[4..].as_chunks::<4>();
        let at = |i: usize| u32::from_le_bytes(numbers[i]);
        let head = Self {
            pass: at(0),
            point: at(1),
            first_row: at(2),
            rows: at(3),
            shape: [at(4), at(5), at(6)],
            classes: at(7),
            key: at(8) == 1,
        };
        Ok((head.rows <= MOST_ROWS).then_some(head))
    }
}

/// Fills the buffer; false when the file ends first.
pub fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// A pixel in [0, 1] in steps of 1/65535; k/255 becomes exactly 257 k.
pub fn quantise(pixel: f32) -> u16 {
    // The cast saturates, and turns what is not a number into 0.
    (f64::from(pixel) * 65_535.0).round() as u16
}

/// One row: pixels (or their differences to the point before) with high and low bytes apart, then logits.
pub fn row_bytes(pixels: &[u16], before: Option<&[u16]>, logits: &[f64]) -> Vec<u8> {
    let stored: Vec<u16> = match before {
        Some(before) => pixels
            .iter()
            .zip(before)
            .map(|(now, before)| now.wrapping_sub(*before))
            .collect(),
        None => pixels.to_vec(),
    };
    let high = stored.iter().map(|value| (value >> 8) as u8);
    let low = stored.iter().map(|value| (value & 0xff) as u8);
    high.chain(low)
        .chain(logits.iter().flat_map(|logit| logit.to_le_bytes()))
        .collect()
}

/// The inverse of [`row_bytes`]: pixels and logits.
pub fn row_of(bytes: &[u8], head: &Head, before: Option<&[u16]>) -> Option<(Vec<u16>, Vec<f64>)> {
    let count = head.pixels();
    let (high, rest) = bytes.split_at_checked(count)?;
    let (low, logits) = rest.split_at_checked(count)?;
    let mut pixels: Vec<u16> = high
        .iter()
        .zip(low)
        .map(|(high, low)| u16::from(*high) << 8 | u16::from(*low))
        .collect();
    if !head.key {
        for (pixel, before) in pixels.iter_mut().zip(before?) {
            *pixel = pixel.wrapping_add(*before);
        }
    }
    let (logits, rest) = logits.as_chunks::<8>();
    (rest.is_empty() && logits.len() == head.classes as usize).then(|| {
        (
            pixels,
            logits
                .iter()
                .map(|bytes| f64::from_le_bytes(*bytes))
                .collect(),
        )
    })
}
