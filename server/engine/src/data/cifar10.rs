//! CIFAR-10's binary layout: per image one label byte, then 3072 bytes of R, G and B planes.
//!
//! Krizhevsky 2009, <https://www.cs.toronto.edu/~kriz/cifar.html>.
//! Any number of whole images is accepted, in one file or several.

use super::DatasetInfo;
use super::bytes::Budget;
use super::stored::Stored;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

const PIXELS: usize = 3 * 32 * 32;
/// Bytes of one image with its label.
const RECORD: usize = PIXELS + 1;

/// In the order of the labels.
pub const CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

/// Reads the files one after the other as one data set called `id`.
///
/// # Errors
/// [`Error::Format`] when a file is empty, is not a multiple of 3073 bytes long or holds a label
/// above 9.
pub(super) fn read(id: &str, files: &[PathBuf]) -> Result<Stored> {
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    let mut budget = Budget::of(files)?;
    for path in files {
        let content = budget.whole(path)?;
        check(path, &content)?;
        let count = content.len() / RECORD;
        labels.reserve_exact(count);
        images.reserve_exact(count * PIXELS);
        for record in content.chunks_exact(RECORD) {
            labels.push(record[0]);
            images.extend_from_slice(&record[1..]);
        }
    }
    let info = DatasetInfo {
        id: id.to_owned(),
        title: format!("CIFAR-10, {} images", labels.len()),
        count: labels.len(),
        shape: [3, 32, 32],
        classes: CLASSES.map(str::to_owned).to_vec(),
        source: "CIFAR-10 (Krizhevsky 2009), https://www.cs.toronto.edu/~kriz/cifar.html"
            .to_owned(),
    };
    Ok(Stored {
        info,
        images,
        labels,
    })
}

fn check(path: &Path, content: &[u8]) -> Result<()> {
    let refuse = |reason| {
        Err(Error::Format {
            path: path.to_owned(),
            reason,
        })
    };
    let size = content.len();
    if size == 0 || !size.is_multiple_of(RECORD) {
        let whole = size / RECORD;
        return refuse(format!(
            "{size} bytes long, but CIFAR-10's binary files are a multiple of {RECORD} \
             (one label and {PIXELS} pixels per image): {whole} whole images and {} bytes",
            size % RECORD
        ));
    }
    match content.iter().step_by(RECORD).position(|&label| label > 9) {
        None => Ok(()),
        Some(index) => refuse(format!(
            "image {index} has label {}, but CIFAR-10's labels are 0 to 9",
            content[index * RECORD]
        )),
    }
}
