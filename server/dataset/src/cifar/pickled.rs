//! The Python version: pickles of a dictionary with a matrix of bytes, one row an image, and a list of labels.

use super::{Cifar, PIXELS, set};
use crate::budget::{Budget, MOST_HELD};
use crate::error::{Error, Result, list};
use crate::file::{Regular, entries, name};
use crate::open;
use crate::options::{Format, Options};
use crate::pickle::{Array, Pickle};
use crate::pixels::{Bytes, Part};
use crate::set::Set;
use std::path::{Path, PathBuf};

/// Reads batches one after the other as one data set; the names of the classes are those of the meta file beside them, if there is one.
///
/// # Errors
/// [`Error::Format`] for a pickle that would run something or is no batch.
pub(crate) fn pickled(paths: &[PathBuf], options: &Options) -> Result<Set> {
    let (mut parts, mut labels) = (Vec::new(), Vec::new());
    let mut budget = Budget::new();
    let mut kinds = Vec::new();
    let files = open::files(Format::CifarPickle, paths, options)?;
    for path in files.iter().filter(|path| !is_meta(path)) {
        let batch = read(path, &mut budget)?;
        labels.extend(batch.labels);
        parts.push(batch.part);
        kinds.push((batch.cifar, path));
    }
    let Some(&(cifar, first)) = kinds.first() else {
        let expected =
            "files of images are right, data_batch_1 to 5 and test_batch or train and test";
        return Err(Error::setting("paths", "meta files alone", expected));
    };
    if let Some((_, path)) = kinds.iter().find(|(other, _)| *other != cifar) {
        let reason = format!("is not {}, which {} is", cifar.name(), first.display());
        return Err(Error::format(path, reason));
    }
    let mut info = cifar.info(labels.len());
    if let Some(names) = named(cifar, first, &files)? {
        info.classes = names;
    }
    Ok(set(info, labels, parts))
}

struct Batch {
    cifar: Cifar,
    labels: Vec<u32>,
    part: Part,
}

fn is_meta(path: &Path) -> bool {
    matches!(&name(path)[..], "batches.meta" | "meta")
}

fn loaded(path: &Path) -> Result<Pickle> {
    let file = Regular::of_at_most(path, MOST_HELD)?;
    let content = file.whole(MOST_HELD)?;
    Pickle::read(content).map_err(|reason| Error::format(path, reason))
}

fn read(path: &Path, budget: &mut Budget) -> Result<Batch> {
    let refuse = |reason: String| Error::format(path, reason);
    let pickle = loaded(path)?;
    budget.spend(path, pickle.size())?;
    let keys = pickle
        .keys()
        .ok_or_else(|| refuse("the pickle is no dictionary, as CIFAR's batches are".to_owned()))?;
    let (cifar, labels) = match (pickle.integers("labels"), pickle.integers("fine_labels")) {
        (_, Some(labels)) => (Cifar::Hundred, labels),
        (Some(labels), None) => (Cifar::Ten, labels),
        (None, None) => {
            let reason = format!(
                "has no list of whole numbers called labels or fine_labels; its keys are {}",
                list(&keys)
            );
            return Err(refuse(reason));
        }
    };
    let Some(Array { shape, data }) = pickle.array("data").map_err(refuse)? else {
        let reason = format!("has no array called data; its keys are {}", list(&keys));
        return Err(refuse(reason));
    };
    let count = match shape[..] {
        [count, PIXELS] if count > 0 => count,
        _ => {
            return Err(refuse(format!(
                "data has the shape {shape:?}; [N, {PIXELS}] is right"
            )));
        }
    };
    if labels.len() != count {
        return Err(refuse(format!(
            "{} labels for {count} images",
            labels.len()
        )));
    }
    let classes = cifar.classes().len();
    let mut numbers = Vec::with_capacity(count);
    for (index, label) in labels.into_iter().enumerate() {
        match u32::try_from(label) {
            Ok(number) if (number as usize) < classes => numbers.push(number),
            _ => {
                let (name, last) = (cifar.name(), classes - 1);
                return Err(refuse(format!(
                    "image {index} has label {label}, but {name}'s labels are 0 to {last}"
                )));
            }
        }
    }
    let part = Part {
        bytes: Bytes::held(data),
        start: 0,
        stride: PIXELS as u64,
        count,
    };
    Ok(Batch {
        cifar,
        labels: numbers,
        part,
    })
}

/// The names in the meta file that was given or lies beside the batches.
fn named(cifar: Cifar, first: &Path, files: &[PathBuf]) -> Result<Option<Vec<String>>> {
    let beside = first.parent().map(entries).transpose()?.unwrap_or_default();
    let Some(path) = files.iter().chain(&beside).find(|path| is_meta(path)) else {
        return Ok(None);
    };
    let key = match cifar {
        Cifar::Ten => "label_names",
        Cifar::Hundred => "fine_label_names",
    };
    let names = loaded(path)?.texts(key, cifar.classes().len());
    match names {
        Some(names) => Ok(Some(names)),
        None => {
            let reason = format!(
                "has no list of {} texts called {key}",
                cifar.classes().len()
            );
            Err(Error::format(path, reason))
        }
    }
}
