//! MNIST's idx layout: an images file and a labels file, plain or gzip.
//!
//! LeCun, Cortes and Burges, <http://yann.lecun.com/exdb/mnist/>: big-endian 32-bit numbers, the
//! magic number first, then one size per dimension, then the bytes.

use super::stored::Stored;
use super::{DatasetInfo, bytes};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Unsigned bytes in three dimensions, and in one.
pub(super) const IMAGES_MAGIC: u32 = 0x0000_0803;
pub(super) const LABELS_MAGIC: u32 = 0x0000_0801;

/// The largest side of a picture; MNIST's is 28.
const LARGEST_SIDE: usize = 1024;

/// Reads an images file and a labels file, given in either order.
///
/// # Errors
/// [`Error::Format`] when a magic number, a size or a label is wrong, or the two files' counts
/// differ.
pub(super) fn read(id: &str, files: &[PathBuf]) -> Result<Stored> {
    let [first, second] = files else {
        let value = format!("{} files", files.len());
        let expected = "two files, images and labels, are right for MNIST".to_owned();
        return Err(Error::Setting {
            field: "paths",
            value,
            expected,
        });
    };
    let (a, b) = (bytes::read(first)?, bytes::read(second)?);
    let ((images, images_at), (labels, labels_at)) = match magic(&a) {
        Some(LABELS_MAGIC) => ((b, second), (a, first)),
        _ => ((a, first), (b, second)),
    };
    let [count, height, width] = sizes(images_at, &images, IMAGES_MAGIC, "an images file")?;
    let [labelled] = sizes(labels_at, &labels, LABELS_MAGIC, "a labels file")?;
    let refuse = |path: &Path, reason| {
        Err(Error::Format {
            path: path.to_owned(),
            reason,
        })
    };
    if labelled != count {
        return refuse(
            labels_at,
            format!(
                "{labelled} labels for the {count} images of {}",
                images_at.display()
            ),
        );
    }
    if count == 0 || height.max(width) > LARGEST_SIDE || height.min(width) == 0 {
        return refuse(
            images_at,
            format!("{count} images of {height}x{width} pixels are no MNIST set"),
        );
    }
    let labels = labels[8..].to_vec();
    if let Some(index) = labels.iter().position(|&label| label > 9) {
        return refuse(
            labels_at,
            format!("label {index} is {}, but digits are 0 to 9", labels[index]),
        );
    }
    let info = DatasetInfo {
        id: id.to_owned(),
        title: format!("MNIST, {count} images"),
        count,
        shape: [1, height, width],
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        source: "MNIST (LeCun, Cortes and Burges), http://yann.lecun.com/exdb/mnist/".to_owned(),
    };
    Ok(Stored {
        info,
        images: images[16..].to_vec(),
        labels,
    })
}

/// The first four bytes as a number.
pub(super) fn magic(content: &[u8]) -> Option<u32> {
    content
        .first_chunk()
        .map(|bytes| u32::from_be_bytes(*bytes))
}

/// The sizes in an idx header whose magic number and length are right.
fn sizes<const D: usize>(
    path: &Path,
    content: &[u8],
    expected: u32,
    what: &str,
) -> Result<[usize; D]> {
    let refuse = |reason| {
        Err(Error::Format {
            path: path.to_owned(),
            reason,
        })
    };
    match magic(content) {
        Some(found) if found == expected => {}
        Some(found) => {
            return refuse(format!(
                "begins with {found:#010x}, but {what} begins with {expected:#010x}"
            ));
        }
        None => return refuse(format!("{} bytes are too few for {what}", content.len())),
    }
    let header = 4 + 4 * D;
    let Some(numbers) = content.get(4..header) else {
        return refuse(format!("ends inside its header of {header} bytes"));
    };
    let mut sizes = [0; D];
    for (size, bytes) in sizes.iter_mut().zip(numbers.chunks_exact(4)) {
        *size = bytes
            .iter()
            .fold(0, |number, &byte| number << 8 | usize::from(byte));
    }
    // Three 32-bit numbers fit into 128 bits.
    let body = sizes.iter().map(|&size| size as u128).product::<u128>();
    let found = (content.len() - header) as u128;
    if body != found {
        return refuse(format!(
            "{found} bytes follow the header, but {sizes:?} announces {body}"
        ));
    }
    Ok(sizes)
}
