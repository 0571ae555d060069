//! The two columns of a table that matter.

use super::pages;
use crate::budget::{Budget, MOST_HELD};
use crate::error::{Error, Result, bytes, list};
use crate::file::Regular;
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::DataType;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::RowGroupReader;
use bytes::Bytes;
use serde_json::Value;
use std::path::Path;

/// ImageNet's training set has 1.3 million.
const MOST_ROWS: usize = 5_000_000;

/// Rows that are read at once.
const ROWS: usize = 1024;

/// What people call the column of pictures, and that of labels.
const PICTURES: [&str; 4] = ["image.bytes", "img.bytes", "picture.bytes", "jpg.bytes"];
const LABELS: [&str; 5] = ["fine_label", "label", "labels", "target", "cls"];

/// Where in a file the columns stand.
pub(super) struct Columns<'a> {
    path: &'a Path,
    pictures: usize,
    labels: usize,
    label: &'static str,
}

impl<'a> Columns<'a> {
    /// # Errors
    /// [`Error::Format`] lists the columns there are where the two are not among them.
    pub fn of(path: &'a Path, facts: &ParquetMetaData, length: u64) -> Result<Self> {
        let columns = facts.file_metadata().schema_descr().columns();
        let names: Vec<_> = columns
            .iter()
            .map(|column| column.path().string())
            .collect();
        let find = |wanted: &[&'static str], what: &str| {
            let found = wanted
                .iter()
                .find_map(|name| Some((names.iter().position(|own| own == name)?, *name)));
            found.ok_or_else(|| {
                let reason = format!(
                    "has no column of {what} called {}; its columns are {}",
                    list(wanted),
                    list(&names)
                );
                Error::format(path, reason)
            })
        };
        let (pictures, _) = find(&PICTURES, "pictures")?;
        let (labels, label) = find(&LABELS, "labels")?;
        for position in [pictures, labels] {
            if columns[position].max_rep_level() > 0 {
                return Err(Error::format(
                    path,
                    format!("{} holds lists; one value a row is right", names[position]),
                ));
            }
        }
        let own = Self {
            path,
            pictures,
            labels,
            label,
        };
        own.within(facts, length)?;
        Ok(own)
    }

    /// Every column lies within the file.
    fn within(&self, facts: &ParquetMetaData, length: u64) -> Result<()> {
        for column in facts.row_groups().iter().flat_map(|group| group.columns()) {
            let starts = [
                Some(column.data_page_offset()),
                column.dictionary_page_offset(),
            ];
            let numbers = starts
                .into_iter()
                .flatten()
                .chain([column.compressed_size()]);
            let inside = |number: i64| u64::try_from(number).is_ok_and(|number| number <= length);
            if !numbers.into_iter().all(inside) {
                return Err(
                    self.refuse("the file is damaged: a column lies outside of it".to_owned())
                );
            }
        }
        Ok(())
    }

    /// The names of the classes, as Hugging Face writes them beside the schema.
    pub fn classes(&self, facts: &ParquetMetaData) -> Option<Vec<String>> {
        let entries = facts.file_metadata().key_value_metadata()?;
        let text = entries
            .iter()
            .find(|entry| entry.key == "huggingface")?
            .value
            .as_ref()?;
        let value: Value = serde_json::from_str(text).ok()?;
        let names = value
            .pointer("/info/features")?
            .get(self.label)?
            .get("names")?
            .as_array()?;
        names
            .iter()
            .map(|name| name.as_str().map(str::to_owned))
            .collect()
    }

    /// The pictures of some rows.
    ///
    /// # Errors
    /// [`Error::Format`] when a row lacks one, or they are damaged or more than is held.
    pub fn pictures(&self, group: &dyn RowGroupReader) -> Result<Vec<Bytes>> {
        let mut budget = Budget::new();
        let announced = group.metadata().column(self.pictures).uncompressed_size();
        // What is announced is refused before anything is unpacked; what is there is counted besides.
        if u64::try_from(announced).is_ok_and(|announced| announced > budget.left()) {
            let most = bytes(budget.left());
            return Err(self.refuse(format!(
                "rows that are packed together hold more than {most}"
            )));
        }
        self.look_through(group, self.pictures)?;
        let column = group.get_column_reader(self.pictures);
        let ColumnReader::ByteArrayColumnReader(mut column) =
            column.map_err(|error| self.damaged(&error))?
        else {
            return Err(self.refuse("the column of pictures holds no bytes".to_owned()));
        };
        let mut pictures = Vec::new();
        loop {
            let rows = self.some(&mut column)?;
            if rows.is_empty() {
                return Ok(pictures);
            }
            for row in rows {
                budget.spend(self.path, row.len() as u64)?;
                pictures.push(row.data().to_vec().into());
            }
            if pictures.len() > MOST_ROWS {
                return Err(self.refuse(format!("holds more than {MOST_ROWS} rows")));
            }
        }
    }

    /// The labels of as many rows.
    ///
    /// # Errors
    /// As [`Self::pictures`], and when there are fewer or more of them.
    pub fn labels(&self, group: &dyn RowGroupReader, count: usize) -> Result<Vec<i64>> {
        let mut labels = Vec::new();
        self.look_through(group, self.labels)?;
        let column = group
            .get_column_reader(self.labels)
            .map_err(|error| self.damaged(&error))?;
        match column {
            ColumnReader::Int64ColumnReader(mut column) => {
                while labels.len() <= count {
                    let rows = self.some(&mut column)?;
                    if rows.is_empty() {
                        break;
                    }
                    labels.extend(rows);
                }
            }
            ColumnReader::Int32ColumnReader(mut column) => {
                while labels.len() <= count {
                    let rows = self.some(&mut column)?;
                    if rows.is_empty() {
                        break;
                    }
                    labels.extend(rows.into_iter().map(i64::from));
                }
            }
            _ => {
                return Err(
                    self.refuse(format!("the column {} holds no whole numbers", self.label))
                );
            }
        }
        if labels.len() == count {
            return Ok(labels);
        }
        let words = format!("{} labels for {count} pictures", labels.len());
        Err(self.refuse(words))
    }

    /// Refuses what the library would set too much aside for.
    fn look_through(&self, group: &dyn RowGroupReader, column: usize) -> Result<()> {
        let file = Regular::open(self.path)?.into_file();
        let column = group.metadata().column(column);
        pages::check(file, column, MOST_HELD).map_err(|reason| self.refuse(reason))
    }

    /// The next rows of a column, each of which has a value.
    fn some<T: DataType>(&self, column: &mut ColumnReaderImpl<T>) -> Result<Vec<T::T>> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let read = column.read_records(ROWS, Some(&mut levels), None, &mut values);
        let (rows, found, _) = read.map_err(|error| self.damaged(&error))?;
        if found != rows {
            return Err(self.refuse(format!(
                "{} of {rows} rows have no value",
                rows - found.min(rows)
            )));
        }
        Ok(values)
    }

    pub fn damaged(&self, error: &dyn std::fmt::Display) -> Error {
        self.refuse(format!(
            "the file is damaged or packed in a way that is not read: {error}"
        ))
    }

    fn refuse(&self, reason: String) -> Error {
        Error::format(self.path, reason)
    }
}
