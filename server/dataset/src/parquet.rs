//! Tables of pictures as Hugging Face ships them: a column of PNG or JPEG files and a column of labels.
//!
//! <https://huggingface.co/docs/datasets/image_dataset>; the names of the classes stand in the file's metadata.

mod column;
mod pages;
mod table;

use crate::budget::MOST_HELD;
use crate::classes;
use crate::error::{Error, Result, many};
use crate::file::{Regular, name};
use crate::folder::differs;
use crate::info::Info;
use crate::open;
use crate::options::{Format, Options};
use crate::picture::{self, Met};
use crate::resize::Shaping;
use crate::set::Set;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use bytes::Bytes;
use column::Columns;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use table::Table;

/// More classes than any set of pictures has.
const MOST_CLASSES: i64 = 100_000;

/// Reads tables one after the other as one data set.
///
/// # Errors
/// [`Error::Format`] says which columns there are and which row is not read.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> Result<Set> {
    read_within(paths, options, MOST_HELD)
}

/// The same, where so many bytes of pictures are held; of more only those packed together with the last one that was asked for.
fn read_within(paths: &[PathBuf], options: &Options, most: u64) -> Result<Set> {
    let files = open::files(Format::Parquet, paths, options)?;
    let mut opening = Opening {
        table: Table::new(Shaping::of(options)?, most),
        labels: Vec::new(),
        names: None,
        size: None,
        met: Met::default(),
        options,
    };
    for path in &files {
        opening.table.file(path);
        opened(path, |reader, columns| opening.add(reader, columns))?;
    }
    opening.set(&files[0])
}

/// Does something with an open table.
fn opened<T>(
    path: &Path,
    use_it: impl FnOnce(&SerializedFileReader<std::fs::File>, &Columns<'_>) -> Result<T>,
) -> Result<T> {
    let file = Regular::open(path)?;
    let length = file.length();
    let used = || {
        let reader = SerializedFileReader::new(file.into_file());
        let reader =
            reader.map_err(|error| Error::format(path, format!("no parquet file: {error}")))?;
        let columns = Columns::of(path, reader.metadata(), length)?;
        use_it(&reader, &columns)
    };
    // The library asserts much of what a file says; some of it is asked before, and all of it cannot be.
    let used = std::panic::catch_unwind(AssertUnwindSafe(used));
    used.unwrap_or_else(|_| {
        let reason = "the file is damaged: reading it broke off";
        Err(Error::format(path, reason))
    })
}

/// What is known while tables are gone through.
struct Opening<'a> {
    table: Table,
    labels: Vec<i64>,
    names: Option<Vec<String>>,
    size: Option<[usize; 2]>,
    met: Met,
    options: &'a Options,
}

impl Opening<'_> {
    fn add(&mut self, reader: &dyn FileReader, columns: &Columns<'_>) -> Result<()> {
        self.names = self
            .names
            .take()
            .or_else(|| columns.classes(reader.metadata()));
        for position in 0..reader.num_row_groups() {
            let group = reader.get_row_group(position);
            let group = group.map_err(|error| columns.damaged(&error))?;
            let pictures = columns.pictures(&*group)?;
            self.labels.extend(columns.labels(&*group, pictures.len())?);
            for (row, content) in pictures.iter().enumerate() {
                let index = self.table.count() + row;
                self.look(content)
                    .map_err(|reason| self.table.refuse(index, reason))?;
            }
            self.table.group(position, pictures);
        }
        Ok(())
    }

    /// Of a picture only the beginning is looked at, and its size has to be that of the others.
    fn look(&mut self, content: &Bytes) -> Result<(), String> {
        let facts = picture::facts(content)?;
        self.met.add(facts);
        let size = self.table.shaping.size(facts.size)?;
        let expected = *self.size.get_or_insert(size);
        if size == expected {
            return Ok(());
        }
        Err(differs(
            size,
            expected,
            Path::new("the first row"),
            self.options,
        ))
    }

    fn set(self, first: &Path) -> Result<Set> {
        let count = self.table.count();
        let Some([height, width]) = self.size else {
            return Err(Error::format(first, "holds no rows"));
        };
        let mut notes = self.met.notes(count);
        if !self.table.is_held() {
            notes.push("The pictures are too many to be held: one after the other they are read fast, in any other order slowly.".to_owned());
        }
        let given = self.names.as_ref().or(self.options.classes.as_ref());
        let most = given.map_or(MOST_CLASSES, |names| names.len() as i64);
        let label = |(index, &label): (usize, &i64)| {
            match u32::try_from(label) {
            Ok(number) if label < most => Ok(number),
            _ if label == -1 => Err(self.table.refuse(index, "has the label -1, as test sets do whose labels are kept secret; take the training or validation files".to_owned())),
            _ => Err(self.table.refuse(index, format!("has the label {label}; 0 to {} are right", most - 1))),
        }
        };
        let labels = self.labels.iter().enumerate().map(label);
        let labels = labels.collect::<Result<Vec<u32>>>()?;
        let classes = self.names.unwrap_or_else(|| {
            notes.push("The files have no names of classes: as many as the largest label needs are numbered.".to_owned());
            classes::numbers(labels.iter().max().map_or(0, |last| *last as usize + 1))
        });
        let info = Info {
            title: format!("{}, {}", name(first), many(count, "picture")),
            count,
            shape: [3, height, width],
            classes,
            source: crate::file::name(first),
            notes,
        };
        Ok(Set::new(info, labels, self.table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_to_be_held_is_read_again() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let paths = ["snappy.parquet", "zstd.parquet"].map(|name| golden.join(name));
        let options = Options::default();
        let [held, placed] =
            [MOST_HELD, 100].map(|most| read_within(&paths, &options, most).unwrap());
        assert_eq!((placed.info().count, held.info().notes.len()), (4, 0));
        assert!(placed.info().notes[0].contains("too many to be held"));
        let [mut one, mut other] = [vec![0; 3072], vec![0; 3072]];
        for index in [0, 3, 1, 2, 2, 0] {
            held.bytes_into(index, &mut one).unwrap();
            placed.bytes_into(index, &mut other).unwrap();
            assert_eq!(one, other, "{index}");
            assert_eq!(held.label(index).unwrap(), placed.label(index).unwrap());
        }
    }
}
