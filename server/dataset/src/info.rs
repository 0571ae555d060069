//! What a data set is.

use serde::{Deserialize, Serialize};

/// What a data set is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// One line for people.
    pub title: String,
    /// Number of images.
    pub count: usize,
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// Class names; labels index them.
    pub classes: Vec<String>,
    /// Where the images come from.
    pub source: String,
    /// What a person should know of how the files were read, one sentence each.
    pub notes: Vec<String>,
}

impl Info {
    /// Numbers in one image, C·H·W.
    pub fn pixels(&self) -> usize {
        self.shape.iter().product()
    }
}
