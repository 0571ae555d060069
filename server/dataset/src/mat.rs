//! MATLAB's level 5 files, as far as arrays of numbers go.
//!
//! <https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf>.
//! The matfile crate unpacks each element to its end before it looks at it, so that a small file can fill the memory.

use crate::error::{Error, Result};
use crate::file::Regular;
use flate2::read::ZlibDecoder;
use std::io::{BufReader, Read};
use std::path::Path;

const MATRIX: u32 = 14;
const PACKED: u32 = 15;

/// Longer names are none.
const LONGEST_NAME: usize = 256;

/// The first dimensions and numbers of an array, which are read only when they are asked for.
pub(crate) struct Array<'a> {
    pub name: String,
    pub shape: Vec<usize>,
    numbers: Tag,
    reader: Box<dyn Read + 'a>,
    swapped: bool,
}

/// What follows: a kind of numbers and how many bytes of them.
#[derive(Clone, Copy, Debug)]
struct Tag {
    kind: u32,
    length: usize,
    /// What of it stood in the tag itself.
    small: Option<[u8; 4]>,
}

/// Goes through the arrays of a file.
///
/// # Errors
/// [`Error::Format`] when the file is damaged or no such file; and what `visit` gives.
pub(crate) fn arrays(path: &Path, mut visit: impl FnMut(Array<'_>) -> Result<()>) -> Result<()> {
    let refuse = |reason: String| Error::format(path, reason);
    let file = Regular::open(path)?;
    let length = file.length();
    let mut reader = BufReader::new(file);
    let mut header = [0; 128];
    reader
        .read_exact(&mut header)
        .map_err(|error| refuse(format!("is too short for a MATLAB file: {error}")))?;
    let swapped = match &header[126..] {
        b"IM" => false,
        b"MI" => true,
        _ => {
            return Err(refuse(
                "is no MATLAB file of level 5: the mark of its byte order is missing".to_owned(),
            ));
        }
    };
    let mut at = 128;
    while at + 8 <= length {
        let tag = tag(&mut reader, swapped).map_err(refuse)?;
        at += 8;
        let left = length - at;
        if tag.length as u64 > left {
            return Err(refuse(format!(
                "is cut off: an array of {} bytes begins where {left} are left",
                tag.length
            )));
        }
        let mut element = reader.by_ref().take(tag.length as u64);
        match tag.kind {
            PACKED => {
                let mut unpacked = BufReader::new(ZlibDecoder::new(&mut element));
                let inner = self::tag(&mut unpacked, swapped).map_err(refuse)?;
                if inner.kind == MATRIX {
                    let limited = unpacked.take(inner.length as u64);
                    visit(array(limited, swapped).map_err(refuse)?)?;
                }
            }
            MATRIX => visit(array(&mut element, swapped).map_err(refuse)?)?,
            _ => {}
        }
        let rest = std::io::copy(&mut element, &mut std::io::sink());
        rest.map_err(|source| Error::file(path, source))?;
        at += tag.length as u64;
    }
    Ok(())
}

fn array<'a>(mut reader: impl Read + 'a, swapped: bool) -> Result<Array<'a>, String> {
    let flags = tag(&mut reader, swapped)?;
    content(&mut reader, flags, 8)?;
    let sizes = tag(&mut reader, swapped)?;
    let sizes = content(&mut reader, sizes, 4 * 32)?;
    let shape = sizes
        .chunks_exact(4)
        .map(|bytes| number(bytes, swapped) as usize)
        .collect();
    let name = tag(&mut reader, swapped)?;
    let name = content(&mut reader, name, LONGEST_NAME)?;
    let numbers = tag(&mut reader, swapped)?;
    Ok(Array {
        name: String::from_utf8_lossy(&name).into_owned(),
        shape,
        numbers,
        reader: Box::new(reader),
        swapped,
    })
}

/// Numbers are in groups of eight bytes; up to four bytes stand in the tag itself.
fn tag(reader: &mut impl Read, swapped: bool) -> Result<Tag, String> {
    let mut bytes = [0; 8];
    reader
        .read_exact(&mut bytes)
        .map_err(|error| format!("is damaged: {error}"))?;
    let first = number(&bytes[..4], swapped);
    let last = [bytes[4], bytes[5], bytes[6], bytes[7]];
    Ok(match first >> 16 {
        0 => Tag {
            kind: first,
            length: number(&last, swapped) as usize,
            small: None,
        },
        length => Tag {
            kind: first & 0xffff,
            length: length as usize,
            small: Some(last),
        },
    })
}

fn content(reader: &mut impl Read, tag: Tag, most: usize) -> Result<Vec<u8>, String> {
    if tag.length > most {
        return Err(format!(
            "is damaged: {} bytes stand where at most {most} are right",
            tag.length
        ));
    }
    if let Some(small) = tag.small {
        let small = small
            .get(..tag.length)
            .ok_or("is damaged: a small element of more than 4 bytes")?;
        return Ok(small.to_vec());
    }
    let mut bytes = Vec::new();
    let padded = tag.length.next_multiple_of(8) as u64;
    reader
        .take(padded)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("is damaged: {error}"))?;
    if bytes.len() < tag.length {
        return Err(format!(
            "is cut off: {} of {} bytes are there",
            bytes.len(),
            tag.length
        ));
    }
    bytes.truncate(tag.length);
    Ok(bytes)
}

fn number(bytes: &[u8], swapped: bool) -> u32 {
    let join = |sum: u32, &byte: &u8| sum << 8 | u32::from(byte);
    match swapped {
        true => bytes.iter().fold(0, join),
        false => bytes.iter().rev().fold(0, join),
    }
}

impl Array<'_> {
    /// How many numbers its shape announces.
    pub fn count(&self) -> u64 {
        let product = self
            .shape
            .iter()
            .try_fold(1u64, |product, &size| product.checked_mul(size as u64));
        product.unwrap_or(u64::MAX)
    }

    /// Its numbers, which are bytes.
    ///
    /// # Errors
    /// Says what they are instead, or that there are more than `most` or another number of them.
    pub fn bytes(mut self, most: u64) -> Result<Vec<u8>, String> {
        if self.numbers.kind != 2 {
            return Err(format!(
                "{} holds numbers of MATLAB's kind {}; bytes (uint8) are right",
                self.name, self.numbers.kind
            ));
        }
        self.announced(1, most)?;
        content(&mut self.reader, self.numbers, self.numbers.length)
    }

    /// Its numbers, which are whole.
    ///
    /// # Errors
    /// As [`Self::bytes`].
    pub fn integers(mut self, most: u64) -> Result<Vec<i64>, String> {
        let width = match self.numbers.kind {
            1 | 2 => 1,
            3 | 4 => 2,
            5..=7 => 4,
            9 | 12 | 13 => 8,
            kind => {
                return Err(format!(
                    "{} holds numbers of MATLAB's kind {kind}; whole numbers are right",
                    self.name
                ));
            }
        };
        self.announced(width, most)?;
        let kind = self.numbers.kind;
        let bytes = content(&mut self.reader, self.numbers, self.numbers.length)?;
        let whole = |bytes: &[u8]| {
            let join = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
            let bits = match self.swapped {
                true => bytes.iter().fold(0, join),
                false => bytes.iter().rev().fold(0, join),
            };
            let real = match kind {
                7 => f64::from(f32::from_bits(bits as u32)),
                9 => f64::from_bits(bits),
                1 => f64::from(bits as u8 as i8),
                3 => f64::from(bits as u16 as i16),
                5 => f64::from(bits as u32 as i32),
                _ => bits as f64,
            };
            (real.fract() == 0.0 && real.abs() < 1e9).then_some(real as i64)
        };
        let numbers: Option<Vec<_>> = bytes.chunks_exact(width).map(whole).collect();
        numbers.ok_or_else(|| {
            format!(
                "{} holds numbers that are not whole or very large",
                self.name
            )
        })
    }

    fn announced(&self, width: usize, most: u64) -> Result<(), String> {
        let (count, length) = (self.count(), self.numbers.length as u64);
        if count > most {
            return Err(format!(
                "{} announces {count} numbers; at most {most} are read",
                self.name
            ));
        }
        if count * width as u64 != length {
            return Err(format!(
                "{} of shape {:?} has {length} bytes of numbers",
                self.name, self.shape
            ));
        }
        Ok(())
    }
}
