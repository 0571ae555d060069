//! MNIST's idx layout: an images file and a labels file, plain or gzip.
//!
//! LeCun, Cortes and Burges, <http://yann.lecun.com/exdb/mnist/>: big-endian 32-bit numbers, the
//! magic number first, then one size per dimension, then the bytes.

use super::DatasetInfo;
use super::bytes::{Budget, Source};
use super::stored::Stored;
use crate::error::{Error, Result};
use std::cmp::Ordering;
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
    let (first, second) = (Idx::open(first)?, Idx::open(second)?);
    let (mut images, mut labels) = match first.magic {
        Some(LABELS_MAGIC) => (second, first),
        _ => (first, second),
    };
    let [count, height, width] = images.sizes(IMAGES_MAGIC, "an images file")?;
    let [labelled] = labels.sizes(LABELS_MAGIC, "a labels file")?;
    let (images_at, labels_at) = (images.path, labels.path);
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
    let mut budget = Budget::of(files)?;
    let labels = labels.body(&[labelled], &mut budget)?;
    if let Some(index) = labels.iter().position(|&label| label > 9) {
        return refuse(
            labels_at,
            format!("label {index} is {}, but digits are 0 to 9", labels[index]),
        );
    }
    let images = images.body(&[count, height, width], &mut budget)?;
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
        images,
        labels,
    })
}

/// The first four bytes of a file as a number, where it has them.
pub(super) fn magic(path: &Path) -> Result<Option<u32>> {
    Ok(Idx::open(path)?.magic)
}

/// An idx file of which only the beginning is read.
struct Idx<'a> {
    path: &'a Path,
    source: Source,
    magic: Option<u32>,
}

impl<'a> Idx<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let mut source = Source::open(path)?;
        let magic = source.take(4)?;
        Ok(Self {
            path,
            source,
            magic: magic.try_into().ok().map(u32::from_be_bytes),
        })
    }

    fn refuse<T>(&self, reason: String) -> Result<T> {
        Err(Error::Format {
            path: self.path.to_owned(),
            reason,
        })
    }

    /// The sizes in the header, when the magic number is right.
    fn sizes<const D: usize>(&mut self, expected: u32, what: &str) -> Result<[usize; D]> {
        match self.magic {
            Some(found) if found == expected => {}
            Some(found) => {
                return self.refuse(format!(
                    "begins with {found:#010x}, but {what} begins with {expected:#010x}"
                ));
            }
            None => return self.refuse(format!("fewer than 4 bytes are too few for {what}")),
        }
        let numbers = self.source.take(4 * D as u64)?;
        if numbers.len() < 4 * D {
            return self.refuse(format!("ends inside its header of {} bytes", 4 + 4 * D));
        }
        let mut sizes = [0; D];
        for (size, bytes) in sizes.iter_mut().zip(numbers.chunks_exact(4)) {
            *size = bytes
                .iter()
                .fold(0, |number, &byte| number << 8 | usize::from(byte));
        }
        let header = 4 + 4 * D as u64;
        match self.source.length.map(|length| length - header) {
            Some(found) if u128::from(found) != announced(&sizes) => {
                self.other(&sizes, found.to_string())
            }
            _ => Ok(sizes),
        }
    }

    /// What follows the header, which is as long as the sizes say.
    fn body(&mut self, sizes: &[usize], budget: &mut Budget) -> Result<Vec<u8>> {
        // So a packed file is never unpacked further than it announces.
        let expected = u64::try_from(announced(sizes)).unwrap_or(u64::MAX);
        budget.spend(self.path, expected)?;
        let body = self.source.take(expected.saturating_add(1))?;
        match (body.len() as u64).cmp(&expected) {
            Ordering::Less => self.other(sizes, body.len().to_string()),
            Ordering::Equal => Ok(body),
            Ordering::Greater => self.other(sizes, format!("more than {expected}")),
        }
    }

    fn other<T>(&self, sizes: &[usize], found: String) -> Result<T> {
        let announced = announced(sizes);
        self.refuse(format!(
            "{found} bytes follow the header, but {sizes:?} announces {announced}"
        ))
    }
}

/// How many bytes the sizes announce; three 32-bit numbers fit into 128 bits.
fn announced(sizes: &[usize]) -> u128 {
    sizes.iter().map(|&size| size as u128).product()
}
