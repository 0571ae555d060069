//! Data sets: labelled pictures whose pixels are bytes, read as numbers in `[0, 1]`.

mod checks;
mod chosen;
mod opened;
mod registry;
pub mod shapes;

pub use checks::{checks, samples};
pub use registry::{Listed, corrupted, files, files_of, list, open, register, remove};
pub use valleyscope_dataset::{
    CIFAR10_CLASSES, Kind as IdxKind, Layout as ArrayLayout, Options, Resize, Split,
};

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

/// What a data set is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// The name by which it is opened.
    pub id: String,
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
    /// What a person should know of how its files are read, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Labelled pictures of one shape.
pub trait Dataset: Send + Sync {
    fn info(&self) -> &DatasetInfo;

    /// The class of image `index`.
    ///
    /// # Errors
    /// [`Error::Index`] beyond the end.
    fn label(&self, index: usize) -> Result<usize>;

    /// Image `index` as bytes, `[C, H, W]`, into a buffer of exactly that length.
    ///
    /// # Errors
    /// [`Error::Index`] beyond the end, [`Error::Shape`] when the buffer has another length.
    fn bytes_into(&self, index: usize, bytes: &mut [u8]) -> Result<()>;

    /// SHA-256 of everything that is in it, as [`crate::origin::of_set`] says.
    ///
    /// # Errors
    /// As [`Self::bytes_into`].
    fn digest(&self) -> Result<String>;

    /// Image `index` as pixels in `[0, 1]`, `[C, H, W]`: byte / 255.
    fn image(&self, index: usize) -> Result<Vec<f32>> {
        let mut bytes = vec![0; self.info().pixels()];
        self.bytes_into(index, &mut bytes)?;
        Ok(bytes
            .into_iter()
            .map(|byte| f32::from(byte) / 255.0)
            .collect())
    }
}

impl DatasetInfo {
    /// Numbers in one image, C·H·W.
    pub fn pixels(&self) -> usize {
        self.shape.iter().product()
    }

    /// # Errors
    /// [`Error::Index`] when there is no image `index`.
    pub fn check_index(&self, index: usize) -> Result<()> {
        if index < self.count {
            return Ok(());
        }
        Err(Error::Index {
            set: self.id.clone(),
            index,
            count: self.count,
        })
    }

    /// # Errors
    /// [`Error::Shape`] when a buffer of `length` bytes is not one image.
    pub fn check_buffer(&self, length: usize) -> Result<()> {
        if length == self.pixels() {
            return Ok(());
        }
        let expected = format!("{} for {:?}", self.pixels(), self.shape);
        Err(Error::Shape {
            what: "an image buffer",
            got: vec![length as i64],
            expected,
        })
    }
}

/// The images `indices` as `[N, C, H, W]` in `[0, 1]`, and their labels `[N]` as 64-bit integers.
///
/// The division by 255 is made in `kind`, so a model in f64 sees byte / 255 to its full precision.
pub fn batch(
    set: &dyn Dataset,
    indices: &[usize],
    device: Device,
    kind: Kind,
) -> Result<(Tensor, Tensor)> {
    let info = set.info();
    let mut bytes = vec![0; indices.len() * info.pixels()];
    let mut labels = Vec::with_capacity(indices.len());
    for (&index, image) in indices.iter().zip(bytes.chunks_exact_mut(info.pixels())) {
        set.bytes_into(index, image)?;
        labels.push(set.label(index)? as i64);
    }
    let [channels, height, width] = info.shape.map(|n| n as i64);
    let shape = [indices.len() as i64, channels, height, width];
    let x = Tensor::f_from_data_size(&bytes, &shape, Kind::Uint8)?;
    let x = x
        .f_to_device(device)?
        .f_to_kind(kind)?
        .f_div_scalar(255.0)?;
    Ok((x, Tensor::f_from_slice(&labels)?.f_to_device(device)?))
}

/// The first image after `index` that is of another class; after the last comes the first.
/// It depends on the data set alone, not on what was selected of it.
///
/// # Errors
/// [`Error::NothingSelected`] where all images are of one class.
pub fn next_of_another_class(set: &dyn Dataset, index: usize) -> Result<usize> {
    let own = set.label(index)?;
    let count = set.info().count;
    for place in (index + 1..count).chain(0..index) {
        if set.label(place)? != own {
            return Ok(place);
        }
    }
    Err(Error::NothingSelected {
        reason: format!("all images of {} are of one class", set.info().id),
    })
}

#[cfg(test)]
mod tests;
