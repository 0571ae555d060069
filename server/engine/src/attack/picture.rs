//! Pictures as numbers in f64 outside of LibTorch, for paths that change them with other tools than tensors.

use super::Batch;
use crate::error::{Error, Result};
use crate::measure::to_vec;
use tch::Tensor;

/// One picture: planes of one channel each, row after row, in [0, 1].
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    pub values: Vec<f64>,
}

impl Picture {
    /// The clean pictures of a batch, `[N, C, H, W]`.
    pub fn of(id: &str, batch: &Batch) -> Result<Vec<Self>> {
        let size = batch.x.size();
        let [_, channels, height, width] = size[..] else {
            return Err(Error::Attack {
                id: id.to_owned(),
                reason: format!(
                    "pictures of channels, height and width are needed; these images have the shape {:?}",
                    &size[1..]
                ),
            });
        };
        let values = to_vec(&batch.x)?;
        let pictures = values.chunks(batch.values().max(1)).map(|values| Self {
            channels: channels as usize,
            height: height as usize,
            width: width as usize,
            values: values.to_vec(),
        });
        Ok(pictures.collect())
    }

    /// Pictures as a tensor like the batch's images, clipped to [0, 1].
    pub fn together(pictures: &[Self], batch: &Batch) -> Result<Tensor> {
        let values = pictures.iter().flat_map(|picture| &picture.values);
        let values: Vec<f64> = values.map(|value| value.clamp(0.0, 1.0)).collect();
        batch.like(&values)
    }

    /// How many values one channel has.
    pub fn area(&self) -> usize {
        self.height * self.width
    }

    /// The same size with other values.
    pub fn with(&self, values: Vec<f64>) -> Self {
        Self { values, ..*self }
    }

    /// Every channel by itself.
    pub fn by_plane(&self, change: impl Fn(&[f64]) -> Vec<f64>) -> Self {
        let planes = self.values.chunks(self.area().max(1));
        self.with(planes.flat_map(change).collect())
    }

    /// Every value from its own number: `change(channel, row, column)`.
    pub fn by_place(&self, change: impl Fn(usize, usize, usize) -> f64) -> Self {
        let places = (0..self.values.len()).map(|place| {
            let (channel, rest) = (place / self.area(), place % self.area());
            change(channel, rest / self.width, rest % self.width)
        });
        self.with(places.collect())
    }

    pub fn at(&self, channel: usize, row: usize, column: usize) -> f64 {
        self.values[(channel * self.height + row) * self.width + column]
    }
}
