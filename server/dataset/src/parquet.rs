//! Tables of pictures as Hugging Face ships them: a column of PNG or JPEG files and a column of labels.
//!
//! <https://huggingface.co/docs/datasets/image_dataset>; the names of the classes stand in the file's metadata.

mod column;

use crate::budget::Budget;
use crate::classes;
use crate::error::{Error, Result, many};
use crate::file::{Regular, name};
use crate::folder::differs;
use crate::info::Info;
use crate::open;
use crate::options::{Format, Options};
use crate::picture::{self, Met};
use crate::resize::Shaping;
use crate::set::{Images, Set};
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use bytes::Bytes;
use column::Columns;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

/// More classes than any set of pictures has.
const MOST_CLASSES: i64 = 100_000;

/// Pictures as their files, in memory, and decoded when they are asked for.
struct Table {
    pictures: Vec<Bytes>,
    /// The first picture of each file.
    files: Vec<(usize, PathBuf)>,
    shaping: Shaping,
}

impl Images for Table {
    fn read(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        let read = picture::read(&self.pictures[index], self.shaping, bytes);
        read.map_err(|reason| self.refuse(index, reason))
    }
}

impl Table {
    fn refuse(&self, index: usize, reason: String) -> Error {
        let file = self.files.iter().rev().find(|(first, _)| *first <= index);
        let (first, path) = file.map_or((0, Path::new("")), |(first, path)| (*first, path));
        Error::format(path, format!("row {}: {reason}", index - first))
    }
}

/// Reads tables one after the other as one data set.
///
/// # Errors
/// [`Error::Format`] says which columns there are and which row is not read.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> Result<Set> {
    let shaping = Shaping::of(options)?;
    let files = open::files(Format::Parquet, paths, options)?;
    let mut table = Table {
        pictures: Vec::new(),
        files: Vec::new(),
        shaping,
    };
    let (mut labels, mut names) = (Vec::new(), None);
    let mut budget = Budget::new();
    for path in &files {
        table.files.push((table.pictures.len(), path.clone()));
        let file = add(path, &mut budget, &mut table.pictures, &mut labels)?;
        names = names.or(file);
    }
    let count = table.pictures.len();
    if count == 0 {
        return Err(Error::format(&files[0], "holds no rows"));
    }
    let (size, met) = one_size(&table, options)?;
    let mut notes = met.notes(count);
    let given = options.classes.as_ref().map(Vec::len);
    let most = names
        .as_ref()
        .map(Vec::len)
        .or(given)
        .map_or(MOST_CLASSES, |count| count as i64);
    let label = |(index, label): (usize, i64)| {
        match u32::try_from(label) {
        Ok(number) if label < most => Ok(number),
        _ if label == -1 => Err(table.refuse(index, "has the label -1, as test sets do whose labels are kept secret; take the training or validation files".to_owned())),
        _ => Err(table.refuse(index, format!("has the label {label}; 0 to {} are right", most - 1))),
    }
    };
    let labels = labels
        .into_iter()
        .enumerate()
        .map(label)
        .collect::<Result<Vec<u32>>>()?;
    let classes = names.unwrap_or_else(|| {
        notes.push(
            "The files have no names of classes: as many as the largest label needs are numbered."
                .to_owned(),
        );
        classes::numbers(labels.iter().max().map_or(0, |last| *last as usize + 1))
    });
    let info = Info {
        title: format!("{}, {}", name(&files[0]), many(count, "picture")),
        count,
        shape: [3, size[0], size[1]],
        classes,
        source: files[0].display().to_string(),
        notes,
    };
    Ok(Set::new(info, labels, table))
}

/// Adds the rows of a file, and says what its classes are called.
fn add(
    path: &Path,
    budget: &mut Budget,
    pictures: &mut Vec<Bytes>,
    labels: &mut Vec<i64>,
) -> Result<Option<Vec<String>>> {
    let file = Regular::open(path)?;
    let length = file.length();
    let rows = || {
        let reader = SerializedFileReader::new(file.into_file());
        let reader =
            reader.map_err(|error| Error::format(path, format!("no parquet file: {error}")))?;
        let columns = Columns::of(path, reader.metadata(), length)?;
        columns.read(&reader, budget, pictures, labels)?;
        Ok(columns.classes(reader.metadata()))
    };
    // The library asserts much of what a file says; some of it is asked before, and all of it cannot be.
    let rows = std::panic::catch_unwind(AssertUnwindSafe(rows));
    rows.unwrap_or_else(|_| {
        Err(Error::format(
            path,
            "the file is damaged: reading it broke off",
        ))
    })
}

fn one_size(table: &Table, options: &Options) -> Result<([usize; 2], Met)> {
    let mut met = Met::default();
    let mut first = None;
    for (index, content) in table.pictures.iter().enumerate() {
        let facts = picture::facts(content).map_err(|reason| table.refuse(index, reason))?;
        met.add(facts);
        let size = table
            .shaping
            .size(facts.size)
            .map_err(|reason| table.refuse(index, reason))?;
        let expected = *first.get_or_insert(size);
        if size != expected {
            return Err(table.refuse(
                index,
                differs(size, expected, Path::new("the first row"), options),
            ));
        }
    }
    Ok((first.unwrap_or_default(), met))
}
