//! Looking at every picture of a data set once.

use crate::error::{Error, Result};
use crate::set::Set;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// What looking at every picture shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// How many pictures each class has.
    pub per_class: Vec<usize>,
    /// The smallest and the largest byte.
    pub range: [u8; 2],
    /// Pictures of which all bytes are the same.
    pub constant: Vec<usize>,
    /// Pictures that are equal to an earlier one, byte by byte.
    pub duplicates: Vec<Pair>,
    /// Pictures that are equal to one of the other set, whose index is `second`; empty where no other set was given.
    pub shared: Vec<Pair>,
}

/// Two equal pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The index in the set itself; of duplicates the earlier one.
    pub first: usize,
    /// The index of the other picture.
    pub second: usize,
    /// Whether both have the same class by its name.
    pub same_class: bool,
}

/// Reads every picture once, so that a broken one is found before it is needed.
///
/// `progress` is told how many of how many are done.
///
/// # Errors
/// What reading gives, and [`Error::Stopped`] when `progress` breaks off.
pub fn check(set: &Set, progress: impl FnMut(usize, usize) -> ControlFlow<()>) -> Result<()> {
    every(set, progress, |_, _| {})
}

/// Counts classes, finds constant pictures, duplicates, and pictures that are in the other set too.
///
/// # Errors
/// As [`check`].
pub fn checks(
    set: &Set,
    other: Option<&Set>,
    mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Checks> {
    let count = set.info().count;
    let total = count + other.map_or(0, |other| other.info().count);
    let mut found = Checks {
        per_class: vec![0; set.info().classes.len()],
        range: [u8::MAX, u8::MIN],
        ..Checks::default()
    };
    let mut known: HashMap<[u8; 32], usize> = HashMap::with_capacity(count);
    every(
        set,
        |done, _| progress(done, total),
        |index, bytes| {
            for &byte in bytes {
                found.range = [found.range[0].min(byte), found.range[1].max(byte)];
            }
            if bytes.windows(2).all(|pair| pair[0] == pair[1]) {
                found.constant.push(index);
            }
            match known.entry(Sha256::digest(bytes).into()) {
                std::collections::hash_map::Entry::Occupied(earlier) => {
                    found.duplicates.push(Pair {
                        first: *earlier.get(),
                        second: index,
                        same_class: class(set, *earlier.get()) == class(set, index),
                    })
                }
                std::collections::hash_map::Entry::Vacant(place) => drop(place.insert(index)),
            }
        },
    )?;
    for index in 0..count {
        if let Some(class) = found.per_class.get_mut(set.label(index)?) {
            *class += 1;
        }
    }
    // Pictures of different shapes are different, whatever their bytes are.
    if let Some(other) = other.filter(|other| other.info().shape == set.info().shape) {
        every(
            other,
            |done, _| progress(count + done, total),
            |index, bytes| {
                let digest: [u8; 32] = Sha256::digest(bytes).into();
                if let Some(&first) = known.get(&digest) {
                    let same_class = class(set, first) == class(other, index);
                    found.shared.push(Pair {
                        first,
                        second: index,
                        same_class,
                    });
                }
            },
        )?;
    }
    Ok(found)
}

fn class(set: &Set, index: usize) -> Option<&str> {
    let label = set.label(index).ok()?;
    set.info().classes.get(label).map(String::as_str)
}

fn every(
    set: &Set,
    mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    mut look: impl FnMut(usize, &[u8]),
) -> Result<()> {
    let count = set.info().count;
    let mut bytes = vec![0; set.info().pixels()];
    for index in 0..count {
        set.bytes_into(index, &mut bytes)?;
        look(index, &bytes);
        if progress(index + 1, count).is_break() {
            return Err(Error::Stopped);
        }
    }
    Ok(())
}
