//! Normalisation as the first operation of a model.

use super::Normalisation;
use crate::error::{Error, Result};
use tch::{Device, Kind, Tensor};

/// Checks the input's shape and applies `(x - mean) / std` per channel.
#[derive(Debug)]
pub(super) struct Input {
    shape: [i64; 3],
    kind: Kind,
    /// Mean and standard deviation, `[1, C, 1, 1]` each; `None` for the identity.
    scale: Option<(Tensor, Tensor)>,
}

impl Input {
    pub(super) fn new(
        normalisation: &Normalisation,
        shape: [i64; 3],
        device: Device,
        kind: Kind,
    ) -> Result<Self> {
        let identity = normalisation.mean.iter().all(|&m| m == 0.0)
            && normalisation.std.iter().all(|&s| s == 1.0);
        let per_channel = |values: &[f64]| -> Result<Tensor> {
            // The published networks keep these constants in f32 like their weights, so their f64
            // twins see the rounded numbers too.
            let rounded: Vec<f64> = values
                .iter()
                .map(|&value| f64::from(value as f32))
                .collect();
            Ok(Tensor::f_from_slice(&rounded)?
                .f_view([1, values.len() as i64, 1, 1])?
                .f_to_kind(kind)?
                .f_to_device(device)?)
        };
        let scale = if identity {
            None
        } else {
            Some((
                per_channel(&normalisation.mean)?,
                per_channel(&normalisation.std)?,
            ))
        };
        Ok(Self { shape, kind, scale })
    }

    /// `x` of shape `[N, C, H, W]`, in the model's number format and normalised.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let size = x.size();
        if size.len() != 4 || size[1..] != self.shape {
            let [channels, height, width] = self.shape;
            return Err(Error::Shape {
                what: "the input",
                got: size,
                expected: format!("[N, {channels}, {height}, {width}]"),
            });
        }
        let x = x.f_to_kind(self.kind)?;
        match &self.scale {
            None => Ok(x),
            Some((mean, std)) => Ok(x.f_sub(mean)?.f_div(std)?),
        }
    }
}
