//! What is known of a data set: its facts, and what looking at every picture shows.

use crate::catalog::DataInfo;
use serde::{Deserialize, Serialize};

/// One data set, and how its files are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DataDetail {
    pub set: DataInfo,
    /// The images of which a page shows samples: the first of each class, then the next of each.
    pub samples: Vec<Sample>,
}

/// A picture to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sample {
    /// Its index in the data set.
    pub index: u64,
    /// Its class, by its place among the names.
    pub label: usize,
}

/// What looking at every picture shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DataChecks {
    /// How many pictures there are.
    pub count: u64,
    /// How many of them were looked at; fewer where that took too long.
    pub looked_at: u64,
    /// SHA-256 over its pictures, labels and names of classes, where all were looked at.
    pub digest: Option<String>,
    /// How many pictures each class has.
    pub per_class: Vec<u64>,
    /// The smallest byte.
    pub least: u8,
    /// The largest byte.
    pub most: u8,
    /// How many pictures are of one colour.
    pub constant: u64,
    /// The first of them.
    pub constants: Vec<u64>,
    /// How many pictures are equal to an earlier one, byte by byte.
    pub duplicate: u64,
    /// The first of them, with the earlier one as `index`.
    pub duplicates: Vec<SamePicture>,
    /// The other set that was looked through, if one was.
    pub other: Option<String>,
    /// How many pictures it has.
    pub other_count: u64,
    /// Whether its pictures have another shape, so that none can be in both.
    pub other_shape: bool,
    /// How many of its pictures were looked at.
    pub other_looked_at: u64,
    /// How many of its pictures are in this set too.
    pub shared: u64,
    /// The first of them, the other set's as `other`.
    pub in_both: Vec<SamePicture>,
}

impl DataChecks {
    /// Whether every picture was looked at.
    pub fn is_whole(&self) -> bool {
        let other = self.other_shape || self.other_looked_at == self.other_count;
        self.looked_at == self.count && other
    }
}

/// Two pictures that are equal, byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SamePicture {
    pub index: u64,
    pub other: u64,
    /// Whether both are of one class.
    pub same_class: bool,
}
