//! Opening files of a known format.

use crate::error::{Error, Result, list, many};
use crate::file::{entries, name};
use crate::options::{Format, Options, Split};
use crate::recognise::glance;
use crate::set::Set;
use crate::{cifar, corrupted, folder, idx, npz, svhn};
use std::path::{Path, PathBuf};

/// More classes than any set of pictures has.
const MOST_CLASSES: usize = 100_000;

/// Reads files, or a folder of them, as one data set.
///
/// # Errors
/// [`Error::Setting`] says which option is missing or does not fit, [`Error::Format`] what is wrong with a file.
pub fn open(format: Format, paths: &[PathBuf], options: &Options) -> Result<Set> {
    if paths.is_empty() {
        let expected = "at least one file or folder is right";
        return Err(Error::setting("paths", "an empty list", expected));
    }
    fits(format, options)?;
    let mut set = match format {
        Format::Cifar10 | Format::Cifar100 => cifar::binary(format, paths, options)?,
        Format::CifarPickle => cifar::pickled(paths, options)?,
        Format::Idx => idx::read(paths, options)?,
        Format::Svhn => svhn::read(paths, options)?,
        Format::Corrupted => corrupted::read(paths, options)?,
        Format::Folder => folder::read(paths, options)?,
        Format::Npz => npz::read(paths, options)?,
        #[cfg(feature = "parquet")]
        Format::Parquet => crate::parquet::read(paths, options)?,
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => {
            let expected = "this build does not read it: its feature `parquet` is off";
            return Err(Error::setting("format", "parquet", expected));
        }
    };
    if let Some(classes) = &options.classes {
        rename(&mut set, classes)?;
    }
    Ok(set)
}

/// An option that would have no effect is refused rather than passed over.
fn fits(format: Format, options: &Options) -> Result<()> {
    let pictures = matches!(format, Format::Folder | Format::Parquet);
    let rules = [
        (
            "resize",
            options.resize.is_some(),
            pictures,
            "only pictures in a folder or a table are resized",
        ),
        (
            "crop",
            options.crop.is_some(),
            pictures,
            "only pictures in a folder or a table are cut",
        ),
        (
            "corruption",
            options.corruption.is_some(),
            format == Format::Corrupted,
            "only CIFAR-10-C and CIFAR-100-C have corruptions",
        ),
        (
            "severity",
            options.severity.is_some(),
            format == Format::Corrupted,
            "only CIFAR-10-C and CIFAR-100-C have severities",
        ),
        (
            "kind",
            options.kind.is_some(),
            format == Format::Idx,
            "only idx files have kinds",
        ),
        (
            "index_file",
            options.index_file.is_some(),
            format == Format::Folder,
            "only a folder of pictures has one",
        ),
        (
            "layout",
            options.layout.is_some(),
            format == Format::Npz,
            "only NumPy arrays have layouts",
        ),
        (
            "split",
            options.split.is_some(),
            format != Format::Corrupted,
            "corrupted pictures are all of the test set",
        ),
    ];
    for (field, given, right, reason) in rules {
        if given && !right {
            return Err(Error::setting(field, "given", reason));
        }
    }
    Ok(())
}

fn rename(set: &mut Set, classes: &[String]) -> Result<()> {
    let mut needed = 0;
    for index in 0..set.info().count {
        needed = needed.max(set.label(index)? + 1);
    }
    if classes.len() < needed || classes.len() > MOST_CLASSES {
        let expected = format!("the labels need {needed}, one for each number from 0 on");
        return Err(Error::setting(
            "classes",
            many(classes.len(), "name"),
            expected,
        ));
    }
    set.info_mut().classes = classes.to_vec();
    Ok(())
}

/// The files that are meant: those given, and of a folder those of the format and of the part that is asked for.
///
/// # Errors
/// [`Error::Format`] where a folder has none, [`Error::Setting`] where it has both parts and none is asked for.
pub(crate) fn files(format: Format, paths: &[PathBuf], options: &Options) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut there = of_format(format, path)?;
        if there.is_empty() && format == Format::Parquet {
            for folder in entries(path)?.iter().filter(|entry| entry.is_dir()) {
                there.extend(of_format(format, folder)?);
            }
        }
        if there.is_empty() {
            return Err(Error::format(path, "holds no such file"));
        }
        files.extend(of_split(path, there, options.split)?);
    }
    Ok(files)
}

fn of_format(format: Format, folder: &Path) -> Result<Vec<PathBuf>> {
    let is_one = |path: &PathBuf| {
        path.is_file() && matches!(glance(path), Ok(Some(found)) if found == format)
    };
    Ok(entries(folder)?.into_iter().filter(is_one).collect())
}

/// Which part a file or folder is, by the names that the published data sets have.
pub(crate) fn split_of(path: &Path) -> Option<Split> {
    let name = name(path).to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|start| name.starts_with(start));
    match () {
        () if begins(&["train", "data_batch"]) => Some(Split::Train),
        () if begins(&["test", "t10k", "val"]) => Some(Split::Test),
        () => None,
    }
}

/// Those of the part that is asked for, or of the one that is there; all where the names tell no part.
pub(crate) fn of_split(
    folder: &Path,
    paths: Vec<PathBuf>,
    split: Option<Split>,
) -> Result<Vec<PathBuf>> {
    // Where there is a test set, what is kept for validation is none.
    let begins = |path: &PathBuf, with| name(path).to_lowercase().starts_with(with);
    let tested = paths
        .iter()
        .any(|path| split_of(path) == Some(Split::Test) && !begins(path, "val"));
    let is_spare = |path: &PathBuf| tested && begins(path, "val");
    let of = |split| {
        let own = paths
            .iter()
            .filter(|path| split_of(path) == Some(split) && !is_spare(path));
        own.cloned().collect::<Vec<_>>()
    };
    let (train, test) = (of(Split::Train), of(Split::Test));
    match (train.is_empty(), test.is_empty(), split) {
        (true, true, None) => Ok(paths),
        (false, true, None) => Ok(train),
        (true, false, None) => Ok(test),
        (false, _, Some(Split::Train)) => Ok(train),
        (_, false, Some(Split::Test)) => Ok(test),
        (false, false, None) => {
            let names: Vec<_> = train.iter().chain(&test).map(|path| name(path)).collect();
            let expected = format!(
                "{} holds both parts ({}): train or test is right",
                folder.display(),
                list(&names)
            );
            Err(Error::missing("split", expected))
        }
        (_, _, Some(split)) => {
            let word = match split {
                Split::Train => "train",
                Split::Test => "test",
            };
            let names: Vec<_> = paths.iter().map(|path| name(path)).collect();
            let expected = format!("{} has no such part: {}", folder.display(), list(&names));
            Err(Error::setting("split", word, expected))
        }
    }
}

/// The one file that a format has.
pub(crate) fn single(files: Vec<PathBuf>, what: &str) -> Result<PathBuf> {
    let count = files.len();
    match <[PathBuf; 1]>::try_from(files) {
        Ok([path]) => Ok(path),
        Err(_) => Err(Error::setting(
            "paths",
            many(count, "file"),
            format!("one file is right for {what}"),
        )),
    }
}
