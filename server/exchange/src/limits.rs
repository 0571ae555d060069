//! What is read at most. A file claims any size for free; these are checked before anything is set aside for it.

use crate::error::{Error, Result};

/// Bytes of all weights, and of a file.
pub(crate) const MOST_BYTES: u64 = 4 << 30;

/// Bytes of JSON in an archive.
pub(crate) const MOST_TEXT: u64 = 64 << 20;

pub(crate) const MOST_NODES: usize = 100_000;

/// Steps, of which a node may make a few.
pub(crate) const MOST_STEPS: usize = 400_000;

pub(crate) const MOST_DIMENSIONS: usize = 8;

/// Numbers of one value of one image.
pub(crate) const MOST_NUMBERS: i64 = 1 << 31;

/// Whole numbers that are computed with: shapes, places, indices.
pub(crate) const MOST_WHOLE: usize = 1 << 20;

/// How many numbers a shape has.
///
/// # Errors
/// Says what is wrong with the shape.
pub(crate) fn count(shape: &[i64]) -> Result<i64, String> {
    if shape.len() > MOST_DIMENSIONS + 1 {
        return Err(format!(
            "has {} dimensions; at most {MOST_DIMENSIONS} are read",
            shape.len()
        ));
    }
    let mut count = 1i64;
    for size in shape {
        if *size < 0 {
            return Err(format!("has the impossible shape {shape:?}"));
        }
        // An empty tensor's other sizes are bounded too, for parts of its shape are multiplied elsewhere.
        count = count
            .checked_mul((*size).max(1))
            .filter(|count| *count <= MOST_NUMBERS)
            .ok_or_else(|| format!("has the shape {shape:?}; at most 2^31 numbers are read"))?;
    }
    Ok(if shape.contains(&0) { 0 } else { count })
}

/// Refuses more of something than is read.
pub(crate) fn at_most(count: usize, most: usize, what: &str) -> Result<()> {
    match count <= most {
        true => Ok(()),
        false => Err(Error::TooMuch {
            what: format!("{count} {what}"),
            most: most.to_string(),
        }),
    }
}
