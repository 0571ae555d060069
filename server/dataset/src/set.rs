//! A data set that is open.

use crate::error::{Error, Result};
use crate::info::Info;

/// The pictures of a set, wherever they are.
pub(crate) trait Images: Send + Sync {
    /// Picture `index`, which there is, into a buffer of exactly its length.
    fn read(&self, index: usize, bytes: &mut [u8]) -> Result<()>;
}

/// Labelled pictures of one shape.
pub struct Set {
    info: Info,
    labels: Vec<u32>,
    images: Box<dyn Images>,
}

impl Set {
    pub(crate) fn new(info: Info, labels: Vec<u32>, images: impl Images + 'static) -> Self {
        Self {
            info,
            labels,
            images: Box::new(images),
        }
    }

    pub(crate) fn info_mut(&mut self) -> &mut Info {
        &mut self.info
    }

    /// What it is.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The class of image `index`.
    ///
    /// # Errors
    /// [`Error::Index`] beyond the end.
    pub fn label(&self, index: usize) -> Result<usize> {
        let label = self.labels.get(index);
        label.map(|&label| label as usize).ok_or(Error::Index {
            index,
            count: self.info.count,
        })
    }

    /// Image `index` as bytes, `[C, H, W]`, into a buffer of exactly that length.
    ///
    /// # Errors
    /// [`Error::Index`] beyond the end, [`Error::Buffer`] when the buffer has another length; else what reading the file gives.
    pub fn bytes_into(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        self.label(index)?;
        if bytes.len() != self.info.pixels() {
            return Err(Error::Buffer {
                got: bytes.len(),
                shape: self.info.shape,
            });
        }
        self.images.read(index, bytes)
    }
}

impl std::fmt::Debug for Set {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Set").field(&self.info).finish()
    }
}
