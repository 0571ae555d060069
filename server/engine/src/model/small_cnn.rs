//! Convolutions with ReLU, the mean over the picture, one linear layer.
//!
//! The architecture of the embedded models: small enough to ship and to train on one core.

use super::ModelCard;
use crate::error::{Error, Result};
use crate::graph::op::Conv2d;
use crate::graph::{Builder, Graph};
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// The convolutions from the image to the features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallCnnOptions {
    pub layers: Vec<Layer>,
    /// A fully connected layer between the mean and the last layer; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
}

/// `bound · tanh((V x + c) / bound)`: nearly linear for small values, and bounded, so that ‖φ‖² stays
/// below `units · bound²` however strong an attack is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    pub units: i64,
    pub bound: f64,
}

impl Hidden {
    /// The activation of `[N, units]` values.
    pub(crate) fn activate(&self, x: &Tensor) -> Result<Tensor> {
        Ok(x.f_div_scalar(self.bound)?
            .f_tanh()?
            .f_mul_scalar(self.bound)?)
    }
}

/// One convolution followed by ReLU, padded with zeros by half its kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Output channels.
    pub channels: i64,
    /// Side of the kernel, odd.
    pub kernel: i64,
    pub stride: i64,
}

impl SmallCnnOptions {
    /// # Errors
    /// Names the option outside its limits.
    pub fn check(&self) -> Result<()> {
        let refuse = |value: String, expected: &str| {
            Err(Error::Card {
                field: "architecture.small_cnn.layers",
                value,
                expected: expected.to_owned(),
            })
        };
        if !(1..=32).contains(&self.layers.len()) {
            return refuse(
                format!("a list of {}", self.layers.len()),
                "1 to 32 layers are right",
            );
        }
        if let Some(hidden) = &self.hidden
            && !((1..=1024).contains(&hidden.units) && (1e-3..=1e3).contains(&hidden.bound))
        {
            return Err(Error::Card {
                field: "architecture.small_cnn.hidden",
                value: format!("{hidden:?}"),
                expected: "1 to 1024 units and a bound from 0.001 to 1000 are right".to_owned(),
            });
        }
        for layer in &self.layers {
            let fits = (1..=1024).contains(&layer.channels)
                && (1..=11).contains(&layer.kernel)
                && layer.kernel % 2 == 1
                && (1..=8).contains(&layer.stride);
            if !fits {
                return refuse(
                    format!("{layer:?}"),
                    "1 to 1024 channels, an odd kernel up to 11 and a stride from 1 to 8 are right",
                );
            }
        }
        Ok(())
    }
}

impl SmallCnnOptions {
    /// The network; features are the last convolution's channels, each averaged over the picture, or the hidden layer's units.
    pub(super) fn graph(&self, card: &ModelCard) -> Result<Graph> {
        let (mut net, pixels) = Builder::new(card.input_shape);
        let mut x = net.normalise(pixels, &card.normalisation)?;
        for (index, layer) in self.layers.iter().enumerate() {
            let op = Conv2d::new(layer.channels, layer.kernel, layer.stride).biased();
            x = net.conv(&format!("conv{}", index + 1), x, op)?;
            x = net.relu(x)?;
        }
        let mut features = net.pool_mean(x)?;
        if let Some(hidden) = &self.hidden {
            features = net.linear("hidden", features, hidden.units)?;
            features = net.tanh(features, hidden.bound)?;
        }
        net.head("head", features, card.class_count())
    }
}
