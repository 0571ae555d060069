//! Maps whose keys are whole numbers, inside entries of a log.
//!
//! JSON's keys are texts. Serde turns them back into numbers by itself, except inside an enum that is tagged by one of its own fields,
//! as [`crate::event::Event`] is: there the type of the key is forgotten before the map is read.

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// The usual form: every key as a text.
pub fn serialize<K: Serialize, S: Serializer>(
    map: &BTreeMap<K, usize>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    map.serialize(serializer)
}

/// Reads every key from its text.
pub fn deserialize<'de, K, D>(deserializer: D) -> Result<BTreeMap<K, usize>, D::Error>
where
    K: Ord + FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    let texts: BTreeMap<String, usize> = BTreeMap::deserialize(deserializer)?;
    texts
        .into_iter()
        .map(|(key, count)| {
            let number = key.parse().map_err(|error| {
                D::Error::custom(format!("\"{key}\" is not a whole number: {error}"))
            })?;
            Ok((number, count))
        })
        .collect()
}
