//! The binary layout: per image one label byte (CIFAR-100: the coarse, then the fine one), then 3072 bytes of R, G and B planes.
//!
//! Any number of whole images is accepted, in one file or several.

use super::{Cifar, PIXELS, set};
use crate::budget::{Budget, Source};
use crate::error::{Error, Result};
use crate::file::Regular;
use crate::open;
use crate::options::{Format, Options};
use crate::pixels::{Bytes, Part};
use crate::set::Set;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Cifar {
    /// Label bytes before each image.
    fn labels(self) -> usize {
        match self {
            Self::Ten => 1,
            Self::Hundred => 2,
        }
    }

    /// Bytes of one image with its labels.
    fn record(self) -> usize {
        PIXELS + self.labels()
    }

    /// What is wrong with the labels before image `index`.
    fn wrong(self, labels: &[u8], index: usize) -> Option<String> {
        match (self, labels) {
            (Self::Ten, &[label]) if label > 9 => Some(format!(
                "image {index} has label {label}, but CIFAR-10's labels are 0 to 9"
            )),
            (Self::Hundred, &[coarse, fine]) if coarse > 19 || fine > 99 => Some(format!(
                "image {index} has labels {coarse} and {fine}, but CIFAR-100's are 0 to 19 and 0 to 99"
            )),
            _ => None,
        }
    }

    /// Why a file of this length is none.
    fn misfit(self, size: u64) -> Option<String> {
        let (name, record) = (self.name(), self.record() as u64);
        let labels = match self {
            Self::Ten => "one label",
            Self::Hundred => "two labels",
        };
        (size == 0 || !size.is_multiple_of(record)).then(|| {
            format!(
                "{size} bytes long, but {name}'s binary files are a multiple of {record} \
                 ({labels} and {PIXELS} pixels per image): {} whole images and {} bytes",
                size / record,
                size % record
            )
        })
    }
}

/// Reads the files one after the other as one data set.
///
/// # Errors
/// [`Error::Format`] when a file is empty, is not a whole number of records long or holds a label that there is not.
pub(crate) fn binary(format: Format, paths: &[PathBuf], options: &Options) -> Result<Set> {
    let cifar = match format {
        Format::Cifar100 => Cifar::Hundred,
        _ => Cifar::Ten,
    };
    let files = open::files(format, paths, options)?;
    let (mut parts, mut labels) = (Vec::new(), Vec::new());
    let mut budget = Budget::new();
    for path in &files {
        parts.push(read(cifar, path, &mut labels, &mut budget)?);
    }
    let info = cifar.info(labels.len());
    Ok(set(info, labels, parts))
}

fn read(cifar: Cifar, path: &Path, labels: &mut Vec<u32>, budget: &mut Budget) -> Result<Part> {
    let refuse = |reason| Error::format(path, reason);
    let mut source = Source::open(path)?;
    let size = match source.length {
        Some(length) if length > budget.left() => {
            return placed(cifar, Arc::new(Regular::open(path)?), labels);
        }
        Some(length) => length,
        // How much a packed file unpacks to is known only afterwards; one byte more than is left tells that it is too much.
        None => budget.left() + 1,
    };
    let content = source.take(size)?;
    let size = content.len() as u64;
    budget.spend(path, size)?;
    if let Some(reason) = cifar.misfit(size) {
        return Err(refuse(reason));
    }
    for (index, record) in content.chunks_exact(cifar.record()).enumerate() {
        let own = &record[..cifar.labels()];
        take(cifar, own, index, labels).map_err(refuse)?;
    }
    Ok(part(cifar, Bytes::held(content), size))
}

/// A plain file that is too large to be held: of it only the labels are.
fn placed(cifar: Cifar, file: Arc<Regular>, labels: &mut Vec<u32>) -> Result<Part> {
    let refuse = |reason| Error::format(file.path(), reason);
    if let Some(reason) = cifar.misfit(file.length()) {
        return Err(refuse(reason));
    }
    let mut own = vec![0; cifar.labels()];
    for (index, place) in (0..file.length()).step_by(cifar.record()).enumerate() {
        file.read_at(place, &mut own)?;
        take(cifar, &own, index, labels).map_err(refuse)?;
    }
    let size = file.length();
    Ok(part(cifar, Bytes::Placed(file), size))
}

fn take(cifar: Cifar, own: &[u8], index: usize, labels: &mut Vec<u32>) -> Result<(), String> {
    match (cifar.wrong(own, index), own.last()) {
        (None, Some(&label)) => labels.push(u32::from(label)),
        (reason, _) => return Err(reason.unwrap_or_default()),
    }
    Ok(())
}

fn part(cifar: Cifar, bytes: Bytes, size: u64) -> Part {
    let stride = cifar.record() as u64;
    Part {
        bytes,
        start: cifar.labels() as u64,
        stride,
        count: (size / stride) as usize,
    }
}

/// Which of the two a file is, by its length and its labels; a file packed with gzip by the labels that come first.
pub(crate) fn which(path: &Path) -> Result<Option<Format>> {
    /// So many labels are looked at: enough that pixels are not taken for them.
    const LOOKED_AT: usize = 200;
    let mut source = Source::open(path)?;
    let fits = |cifar: Cifar| {
        source
            .length
            .is_none_or(|length| cifar.misfit(length).is_none())
    };
    let candidates = [
        (Cifar::Ten, Format::Cifar10),
        (Cifar::Hundred, Format::Cifar100),
    ];
    let candidates: Vec<_> = candidates
        .into_iter()
        .filter(|(cifar, _)| fits(*cifar))
        .collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    let start = source.take((LOOKED_AT * Cifar::Hundred.record()) as u64)?;
    let right = |cifar: Cifar| {
        let records = start.chunks_exact(cifar.record()).enumerate();
        let wrong =
            records.filter_map(|(index, record)| cifar.wrong(&record[..cifar.labels()], index));
        start.len() >= cifar.record() && wrong.count() == 0
    };
    let found = candidates.iter().find(|(cifar, _)| right(*cifar));
    // A length that fits one alone tells what was meant, and reading it says which label is wrong.
    Ok(match (found, &candidates[..]) {
        (Some((_, format)), _) => Some(*format),
        (None, [(_, format)]) if source.length.is_some() => Some(*format),
        _ => None,
    })
}

/// Why a file of no other format is neither of the two.
pub(crate) fn why_neither(file: &Regular) -> String {
    let misfit = Cifar::Ten.misfit(file.length()).unwrap_or_default();
    format!(
        "no known format; {misfit}; CIFAR-100's are a multiple of {}",
        Cifar::Hundred.record()
    )
}
