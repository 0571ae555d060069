//! Looking at the pictures of a data set once.

use super::Dataset;
use crate::error::Result;
use crate::origin::SetDigest;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, Instant};
use valleyscope_shared::data::{DataChecks, SamePicture, Sample};

/// So many constant or equal pictures are named; the others are counted.
const NAMED: usize = 20;

/// What looking at every picture shows: how many there are of each class, which are of one colour, which are there twice, and which
/// are in another set too. It ends after `patience`, and then says how far it came.
///
/// # Errors
/// A picture that cannot be read.
pub fn checks(
    set: &dyn Dataset,
    other: Option<&dyn Dataset>,
    patience: Duration,
) -> Result<DataChecks> {
    let started = Instant::now();
    let info = set.info();
    let in_other = other.map(Dataset::info);
    let mut per_class = vec![0; info.classes.len()];
    for index in 0..info.count {
        if let Some(count) = per_class.get_mut(set.label(index)?) {
            *count += 1;
        }
    }
    let mut found = DataChecks {
        per_class,
        count: info.count as u64,
        least: u8::MAX,
        other: in_other.map(|other| other.id.clone()),
        other_count: in_other.map_or(0, |other| other.count as u64),
        ..DataChecks::default()
    };
    let mut known: HashMap<[u8; 32], usize> = HashMap::new();
    let mut bytes = vec![0; info.pixels()];
    let mut digest = SetDigest::of(info);
    for index in 0..info.count {
        if started.elapsed() > patience {
            return Ok(found);
        }
        set.bytes_into(index, &mut bytes)?;
        digest.image(index, set.label(index)?, &bytes);
        let least = bytes.iter().copied().min().unwrap_or_default();
        let most = bytes.iter().copied().max().unwrap_or_default();
        found.least = found.least.min(least);
        found.most = found.most.max(most);
        if least == most {
            found.constant += 1;
            if found.constants.len() < NAMED {
                found.constants.push(index as u64);
            }
        }
        match known.entry(Sha256::digest(&bytes).into()) {
            Entry::Vacant(place) => drop(place.insert(index)),
            Entry::Occupied(earlier) => {
                let same_class = set.label(*earlier.get())? == set.label(index)?;
                found.duplicate += 1;
                if found.duplicates.len() < NAMED {
                    found.duplicates.push(SamePicture {
                        index: *earlier.get() as u64,
                        other: index as u64,
                        same_class,
                    });
                }
            }
        }
        found.looked_at += 1;
    }
    found.digest = Some(digest.end());
    let Some(other) = other else {
        return Ok(found);
    };
    // Pictures of other shapes are others, whatever their bytes are.
    found.other_shape = other.info().shape != info.shape;
    if found.other_shape {
        return Ok(found);
    }
    for index in 0..other.info().count {
        if started.elapsed() > patience {
            return Ok(found);
        }
        other.bytes_into(index, &mut bytes)?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        if let Some(own) = known.get(&digest) {
            let names = (
                info.classes.get(set.label(*own)?),
                other.info().classes.get(other.label(index)?),
            );
            found.shared += 1;
            if found.in_both.len() < NAMED {
                found.in_both.push(SamePicture {
                    index: *own as u64,
                    other: index as u64,
                    same_class: names.0 == names.1,
                });
            }
        }
        found.other_looked_at += 1;
    }
    Ok(found)
}

/// Images to show: the first of each class, then the second of each, up to so many.
///
/// # Errors
/// As [`Dataset::label`].
pub fn samples(set: &dyn Dataset, most: usize) -> Result<Vec<Sample>> {
    let classes = set.info().classes.len().max(1);
    let rounds = most.div_ceil(classes);
    let mut seen = vec![0usize; classes];
    let mut found: Vec<(usize, Sample)> = Vec::new();
    for index in 0..set.info().count {
        let label = set.label(index)?;
        let Some(seen) = seen.get_mut(label) else {
            continue;
        };
        if *seen < rounds {
            let index = index as u64;
            found.push((*seen, Sample { index, label }));
        }
        *seen += 1;
    }
    found.sort_by_key(|(round, sample)| (*round, sample.label));
    found.truncate(most);
    Ok(found.into_iter().map(|(_, sample)| sample).collect())
}
