//! The embedded data set: ten kinds of figures, drawn by the program itself.
//!
//! Image `index` of a split is a pure function of the two, computed with integers only, so it is
//! the same byte for byte on every machine.
//! The label is `index mod 10`.

mod canvas;
mod figure;
pub(crate) mod random;
mod scene;
mod sine;

use super::{Dataset, DatasetInfo};
use crate::error::Result;
pub use figure::Figure;

/// Side of a picture.
pub const SIDE: usize = 32;

/// The two parts of the data set; no picture is in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    Train,
    Test,
}

impl Split {
    /// The name by which it is opened.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Train => "shapes-train",
            Self::Test => "shapes-test",
        }
    }

    /// Of its pictures, which a test draws and compares.
    const fn digest(self) -> &'static str {
        match self {
            Self::Train => "135a74b5ff07ffad06bec09ba813f3c817f7c3614ab2ed147a65be8be7536978",
            Self::Test => "99358b74adc494a1ab9fed21d8f55240736047ce8b273b68ea6c92581cfb7161",
        }
    }

    const fn count(self) -> usize {
        match self {
            Self::Train => 20_000,
            Self::Test => 2_000,
        }
    }
}

/// One split of the embedded data set; a picture is drawn whenever it is asked for.
#[derive(Debug)]
pub struct Shapes {
    split: Split,
    info: DatasetInfo,
}

impl Shapes {
    pub fn new(split: Split) -> Self {
        let part = match split {
            Split::Train => "training",
            Split::Test => "test",
        };
        let info = DatasetInfo {
            id: split.id().to_owned(),
            title: format!("Shapes, {part} pictures"),
            count: split.count(),
            shape: [3, SIDE, SIDE],
            classes: Figure::ALL
                .iter()
                .map(|figure| figure.name().to_owned())
                .collect(),
            source: "drawn by Valleyscope itself".to_owned(),
            notes: Vec::new(),
        };
        Self { split, info }
    }

    fn figure(index: usize) -> Figure {
        Figure::ALL[index % Figure::ALL.len()]
    }
}

impl Dataset for Shapes {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn digest(&self) -> Result<String> {
        Ok(self.split.digest().to_owned())
    }

    fn label(&self, index: usize) -> Result<usize> {
        self.info.check_index(index)?;
        Ok(index % Figure::ALL.len())
    }

    fn bytes_into(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        self.info.check_index(index)?;
        self.info.check_buffer(bytes.len())?;
        scene::draw(self.split, index, Self::figure(index), bytes);
        Ok(())
    }
}
