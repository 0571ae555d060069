//! A data set held in memory as bytes.

use super::{Dataset, DatasetInfo};
use crate::error::Result;

/// Images one after the other, `[C, H, W]` each, and their labels.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) info: DatasetInfo,
    pub(super) images: Vec<u8>,
    pub(super) labels: Vec<u8>,
}

impl Dataset for Stored {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn digest(&self) -> Result<String> {
        crate::origin::of_set(self)
    }

    fn label(&self, index: usize) -> Result<usize> {
        self.info.check_index(index)?;
        Ok(usize::from(self.labels[index]))
    }

    fn bytes_into(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        self.info.check_index(index)?;
        self.info.check_buffer(bytes.len())?;
        let start = index * self.info.pixels();
        bytes.copy_from_slice(&self.images[start..start + self.info.pixels()]);
        Ok(())
    }
}
