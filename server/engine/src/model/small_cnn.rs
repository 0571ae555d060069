//! Convolutions with ReLU, the mean over the picture, one linear layer.
//!
//! The architecture of the embedded models: small enough to ship and to train on one core.

use super::convolution::{Convolution, cast};
use super::normalise::Input;
use super::weights::TensorSource;
use super::{Forward, Head, Model, ModelCard};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

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

/// The network; features are the last convolution's channels, each averaged over the picture, or
/// the hidden layer's units.
#[derive(Debug)]
pub struct SmallCnn {
    input: Input,
    convolutions: Vec<Convolution>,
    /// The hidden layer with its weight `[D, C]` and bias `[D]`.
    hidden: Option<(Hidden, [Tensor; 2])>,
    weight: Tensor,
    bias: Tensor,
    device: Device,
    kind: Kind,
}

impl SmallCnn {
    /// Takes `conv1` to `convL`, `hidden` if there is one, and `head` from `source`.
    pub fn take(
        card: &ModelCard,
        options: &SmallCnnOptions,
        source: &mut dyn TensorSource,
        device: Device,
        kind: Kind,
    ) -> Result<Self> {
        let mut channels = card.input_shape[0];
        let mut convolutions = Vec::with_capacity(options.layers.len());
        for (index, layer) in options.layers.iter().enumerate() {
            let name = format!("conv{}", index + 1);
            let shape = [layer.channels, channels, layer.kernel];
            convolutions
                .push(Convolution::take(source, &name, shape, layer.stride)?.to(device, kind)?);
            channels = layer.channels;
        }
        let mut hidden = None;
        if let Some(layer) = &options.hidden {
            let weight = source.take("hidden.weight", &[layer.units, channels])?;
            let bias = source.take("hidden.bias", &[layer.units])?;
            let tensors = [cast(&weight, device, kind)?, cast(&bias, device, kind)?];
            channels = layer.units;
            hidden = Some((layer.clone(), tensors));
        }
        Ok(Self {
            input: Input::new(&card.normalisation, card.input_shape, device, kind)?,
            convolutions,
            hidden,
            weight: cast(
                &source.take("head.weight", &[card.class_count(), channels])?,
                device,
                kind,
            )?,
            bias: cast(
                &source.take("head.bias", &[card.class_count()])?,
                device,
                kind,
            )?,
            device,
            kind,
        })
    }
}

impl Model for SmallCnn {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let mut x = self.input.forward(x)?;
        for convolution in &self.convolutions {
            x = convolution.forward(&x)?.f_relu_()?;
        }
        let mut features = x.f_mean_dim([2i64, 3].as_slice(), false, None::<Kind>)?;
        if let Some((layer, [weight, bias])) = &self.hidden {
            features = layer.activate(&features.f_linear(weight, Some(bias))?)?;
        }
        let logits = features.f_linear(&self.weight, Some(&self.bias))?;
        Ok(Forward { logits, features })
    }

    fn head(&self) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.bias,
        }
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn device(&self) -> Device {
        self.device
    }
}
