//! A data set whose files are read by `valleyscope-dataset`.

use super::{Dataset, DatasetInfo};
use crate::error::{Error, Result};
use std::path::PathBuf;
use valleyscope_dataset::{Error as Fault, Format, Options, Set};

/// A set that is open, under the name that people gave it.
#[derive(Debug)]
pub(super) struct Opened {
    info: DatasetInfo,
    set: Set,
}

impl Opened {
    /// Reads the files of a data set.
    ///
    /// # Errors
    /// What is wrong with them, or with how they are to be read.
    pub fn read(id: &str, format: Format, files: &[PathBuf], options: &Options) -> Result<Self> {
        let set =
            valleyscope_dataset::open(format, files, options).map_err(|fault| of(id, fault))?;
        let own = set.info();
        let info = DatasetInfo {
            id: id.to_owned(),
            title: own.title.clone(),
            count: own.count,
            shape: own.shape,
            classes: own.classes.clone(),
            source: own.source.clone(),
            notes: own.notes.clone(),
        };
        Ok(Self { info, set })
    }
}

/// What a data set's files are.
pub(super) fn recognise(id: &str, files: &[PathBuf]) -> Result<Format> {
    valleyscope_dataset::recognise(files).map_err(|fault| of(id, fault))
}

/// The same fault, in a set that has a name.
fn of(id: &str, fault: Fault) -> Error {
    match Error::from(fault) {
        Error::Index { index, count, .. } => Error::Index {
            set: id.to_owned(),
            index,
            count,
        },
        fault => fault,
    }
}

impl Dataset for Opened {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn digest(&self) -> Result<String> {
        crate::origin::of_set(self)
    }

    fn label(&self, index: usize) -> Result<usize> {
        self.set
            .label(index)
            .map_err(|fault| of(&self.info.id, fault))
    }

    fn bytes_into(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        let read = self.set.bytes_into(index, bytes);
        read.map_err(|fault| of(&self.info.id, fault))
    }
}
