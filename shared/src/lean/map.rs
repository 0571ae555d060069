//! Maps: JSON's keys are texts, ours are numbers and measures.

use super::{FromValue, Part};
use crate::measure::Measure;
use std::collections::BTreeMap;

/// A key of a map.
pub trait Key: Ord + Sized {
    /// From its text.
    fn from_key(text: &str) -> Option<Self>;
}

impl Key for u32 {
    fn from_key(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Key for i64 {
    fn from_key(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Key for Measure {
    fn from_key(text: &str) -> Option<Self> {
        Self::from_id(text)
    }
}

impl<K: Key, T: FromValue> FromValue for BTreeMap<K, T> {
    fn from_value(part: &Part<'_>) -> Self {
        let mut map = Self::new();
        let Some(object) = part.value().as_object() else {
            part.refuse("an object");
            return map;
        };
        for (key, value) in object {
            match K::from_key(key) {
                Some(key) => drop(map.insert(key, T::from_value(&part.entry(value)))),
                None => part.note("has a key of the wrong kind"),
            }
        }
        map
    }
}
