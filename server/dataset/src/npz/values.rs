//! Numbers of NumPy's kinds.

use std::io::Read;

/// How grey levels are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grey {
    Bytes,
    Single,
    Double,
}

impl Grey {
    /// # Errors
    /// Says that numbers of this kind are no grey levels.
    pub fn of(kind: &str) -> Result<Self, String> {
        match kind {
            "|u1" | "<u1" | "u1" => Ok(Self::Bytes),
            "<f4" => Ok(Self::Single),
            "<f8" => Ok(Self::Double),
            _ => Err(format!(
                "holds numbers of the kind {kind}; bytes (uint8), or float32 or float64 from 0 to 1 are right"
            )),
        }
    }
}

/// Bytes of a number of this kind, where it is one that is read.
pub(super) fn width(kind: &str) -> Option<usize> {
    match kind {
        "|u1" | "<u1" | "u1" | "|i1" | "<i1" | "i1" => Some(1),
        "<u2" | "<i2" => Some(2),
        "<u4" | "<i4" | "<f4" => Some(4),
        "<u8" | "<i8" | "<f8" => Some(8),
        _ => None,
    }
}

/// A whole number of up to eight bytes.
pub(super) fn integer(bytes: &[u8], signed: bool) -> i64 {
    let negative = signed && bytes.last().is_some_and(|last| last & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    bytes
        .iter()
        .rev()
        .fold(start, |sum: i64, &byte| sum << 8 | i64::from(byte))
}

/// Floating-point numbers as the bytes k whose k/255 they are; `each` of them are one image.
///
/// # Errors
/// Says which number is none: as a byte it would be another.
pub(super) fn grey_levels(
    reader: &mut impl Read,
    grey: Grey,
    count: u64,
    each: u64,
) -> Result<Vec<u8>, String> {
    const NEAR: f64 = 1e-6;
    let width = if grey == Grey::Single { 4 } else { 8 };
    let mut levels = Vec::new();
    let mut chunk = vec![0; width << 12];
    while (levels.len() as u64) < count {
        let left = (count - levels.len() as u64) as usize;
        let part = &mut chunk[..width * left.min(1 << 12)];
        reader
            .read_exact(part)
            .map_err(|error| format!("is cut off: {error}"))?;
        for bytes in part.chunks_exact(width) {
            let value = match *bytes {
                [a, b, c, d] => f64::from(f32::from_le_bytes([a, b, c, d])),
                [a, b, c, d, e, f, g, h] => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
                _ => f64::NAN,
            };
            let level = (value * 255.0).round();
            let image = levels.len() as u64 / each;
            if !(-NEAR..=1.0 + NEAR).contains(&value) {
                return Err(format!(
                    "has the value {value} in image {image}; floats from 0 to 1 are right, and numbers from 0 to 255 are saved as uint8"
                ));
            }
            if (value - level / 255.0).abs() > NEAR {
                return Err(format!(
                    "has the value {value} in image {image}, which lies between grey levels (the nearest is {level}/255), so that reading it would change it; \
                     save numpy.round(255 * x).astype(numpy.uint8) if that is meant"
                ));
            }
            levels.push(level as u8);
        }
    }
    match reader.read(&mut [0]) {
        Ok(0) => Ok(levels),
        Ok(_) => Err(format!(
            "has more than the {count} numbers that its header announces"
        )),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}
