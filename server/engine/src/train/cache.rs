//! A training set held in memory as bytes.

use crate::data::Dataset;
use crate::error::Result;
use tch::{Kind, Tensor};

pub(super) struct Cache {
    /// `[N, C, H, W]`, bytes.
    images: Tensor,
    /// `[N]`
    labels: Tensor,
    count: usize,
}

impl Cache {
    /// Reads the first `count` images of `set`, or all of them.
    pub(super) fn fill(set: &dyn Dataset, count: Option<usize>) -> Result<Self> {
        let info = set.info();
        let count = count.unwrap_or(info.count).min(info.count);
        let mut bytes = vec![0; count * info.pixels()];
        let mut labels = Vec::with_capacity(count);
        for (index, image) in bytes.chunks_exact_mut(info.pixels()).enumerate() {
            set.bytes_into(index, image)?;
            labels.push(set.label(index)? as i64);
        }
        let [channels, height, width] = info.shape.map(|n| n as i64);
        let shape = [count as i64, channels, height, width];
        let images = Tensor::f_from_data_size(&bytes, &shape, Kind::Uint8)?;
        Ok(Self {
            images,
            labels: Tensor::f_from_slice(&labels)?,
            count,
        })
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Pixels in `[0, 1]` and labels of some rows.
    pub(super) fn batch(&self, rows: &[usize]) -> Result<(Tensor, Tensor)> {
        let rows: Vec<i64> = rows.iter().map(|&row| row as i64).collect();
        let rows = Tensor::f_from_slice(&rows)?;
        let images = self.images.f_index_select(0, &rows)?;
        Ok((
            images.f_to_kind(Kind::Float)?.f_div_scalar(255.0)?,
            self.labels.f_index_select(0, &rows)?,
        ))
    }
}
