//! Pictures as their files, in memory or in their tables, and decoded when they are asked for.

use super::opened;
use crate::error::{Error, Result};
use crate::picture;
use crate::resize::Shaping;
use crate::set::Images;
use ::parquet::file::reader::FileReader;
use bytes::Bytes;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub(super) struct Table {
    pub shaping: Shaping,
    /// All pictures, where they are not too many.
    held: Option<Vec<Bytes>>,
    /// How many bytes more may be held.
    left: u64,
    /// The first picture of each file.
    files: Vec<(usize, PathBuf)>,
    groups: Vec<Group>,
    count: usize,
    /// The last group that was read, by its number.
    last: Mutex<Option<(usize, Vec<Bytes>)>>,
}

/// Rows that are packed together.
struct Group {
    first: usize,
    file: usize,
    /// Its place among the groups of the file.
    position: usize,
}

impl Table {
    pub fn new(shaping: Shaping, most: u64) -> Self {
        Self {
            shaping,
            held: Some(Vec::new()),
            left: most,
            files: Vec::new(),
            groups: Vec::new(),
            count: 0,
            last: Mutex::new(None),
        }
    }

    pub fn count(&self) -> usize {
        self.count
    }

    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// What follows is of this file.
    pub fn file(&mut self, path: &Path) {
        self.files.push((self.count, path.to_owned()));
    }

    /// Adds the pictures of a group.
    pub fn group(&mut self, position: usize, pictures: Vec<Bytes>) {
        self.groups.push(Group {
            first: self.count,
            file: self.files.len().saturating_sub(1),
            position,
        });
        self.count += pictures.len();
        let size = pictures.iter().map(|picture| picture.len() as u64).sum();
        match (self.left.checked_sub(size), &mut self.held) {
            (Some(left), Some(held)) => {
                self.left = left;
                held.extend(pictures);
            }
            _ => self.held = None,
        }
    }

    pub fn refuse(&self, index: usize, reason: String) -> Error {
        let file = self.files.iter().rev().find(|(first, _)| *first <= index);
        let (first, path) = file.map_or((0, Path::new("")), |(first, path)| (*first, path));
        Error::format(path, format!("row {}: {reason}", index - first))
    }

    fn picture(&self, index: usize) -> Result<Bytes> {
        if let Some(held) = &self.held {
            return Ok(held[index].clone());
        }
        let number = self.groups.partition_point(|group| group.first <= index) - 1;
        let group = &self.groups[number];
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(&*last, Some((read, _)) if *read == number) {
            // What was read before is given up first, so that only one is held.
            *last = None;
            let path = &self.files[group.file].1;
            let pictures = opened(path, |reader, columns| {
                let rows = reader.get_row_group(group.position);
                columns.pictures(&*rows.map_err(|error| columns.damaged(&error))?)
            })?;
            *last = Some((number, pictures));
        }
        let read = last
            .as_ref()
            .and_then(|(_, pictures)| pictures.get(index - group.first));
        let read = read.cloned();
        read.ok_or_else(|| self.refuse(index, "is no longer there".to_owned()))
    }
}

impl Images for Table {
    fn read(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        let content = self.picture(index)?;
        let read = picture::read(&content, self.shaping, bytes);
        read.map_err(|reason| self.refuse(index, reason))
    }
}
