//! The network while it is trained: the one of [`SmallCnnOptions`] with a batch norm behind
//! every convolution.
//!
//! Batch norm (Ioffe and Szegedy 2015, <https://arxiv.org/abs/1502.03167>) makes training quick;
//! afterwards it is folded into the convolutions, so the finished model has none.

use super::initialise::Initialise;
use crate::error::Result;
use crate::graph::op::EPSILON;
use crate::model::{Hidden, ModelCard, SmallCnnOptions};
use tch::{Kind, Tensor};

/// PyTorch's default.
const MOMENTUM: f64 = 0.1;

/// Which statistics the batch norms use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The batch's, which also move the running ones.
    Train,
    /// The running ones.
    Evaluate,
}

struct Layer {
    weight: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_variance: Tensor,
    stride: i64,
    padding: i64,
}

pub(super) struct Network {
    /// Mean and standard deviation of the normalisation, `[C, 1, 1]`.
    normalisation: Option<[Tensor; 2]>,
    layers: Vec<Layer>,
    /// The hidden layer with its weight and bias.
    hidden: Option<(Hidden, [Tensor; 2])>,
    weight: Tensor,
    bias: Tensor,
}

impl Network {
    pub(super) fn new(card: &ModelCard, options: &SmallCnnOptions, seed: u64) -> Result<Self> {
        let mut start = Initialise::new(seed);
        let mut channels = card.input_shape[0];
        let mut layers = Vec::with_capacity(options.layers.len());
        for layer in &options.layers {
            let out = layer.channels;
            layers.push(Layer {
                weight: start.uniform(&[out, channels, layer.kernel, layer.kernel])?,
                gamma: start.constant(1.0, out)?,
                beta: start.constant(0.0, out)?,
                running_mean: Tensor::f_zeros([out], (Kind::Float, tch::Device::Cpu))?,
                running_variance: Tensor::f_ones([out], (Kind::Float, tch::Device::Cpu))?,
                stride: layer.stride,
                padding: layer.kernel / 2,
            });
            channels = out;
        }
        let per_channel = |values: &[f64]| -> Result<Tensor> {
            Ok(Tensor::f_from_slice(values)?
                .f_to_kind(Kind::Float)?
                .f_view([values.len() as i64, 1, 1])?)
        };
        let normalisation = match &card.normalisation {
            identity if identity.mean.is_empty() => None,
            n => Some([per_channel(&n.mean)?, per_channel(&n.std)?]),
        };
        let mut hidden = None;
        if let Some(layer) = &options.hidden {
            let weight = start.uniform(&[layer.units, channels])?;
            hidden = Some((layer.clone(), [weight, start.constant(0.0, layer.units)?]));
            channels = layer.units;
        }
        let weight = start.uniform(&[card.class_count(), channels])?;
        Ok(Self {
            normalisation,
            layers,
            hidden,
            weight,
            bias: start.constant(0.0, card.class_count())?,
        })
    }

    /// Everything that a gradient step changes.
    pub(super) fn parameters(&self) -> Vec<&Tensor> {
        let layers = self
            .layers
            .iter()
            .flat_map(|layer| [&layer.weight, &layer.gamma, &layer.beta]);
        let hidden = self.hidden.iter().flat_map(|(_, tensors)| tensors);
        layers
            .chain(hidden)
            .chain([&self.weight, &self.bias])
            .collect()
    }

    /// Logits `[N, K]` of pixels `[N, C, H, W]`.
    pub(super) fn logits(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        let mut x = match &self.normalisation {
            None => x.shallow_clone(),
            Some([mean, std]) => x.f_sub(mean)?.f_div(std)?,
        };
        for layer in &self.layers {
            let (stride, padding) = ([layer.stride; 2], [layer.padding; 2]);
            x = x.f_conv2d(&layer.weight, None::<Tensor>, stride, padding, [1, 1], 1)?;
            x = x
                .f_batch_norm(
                    Some(&layer.gamma),
                    Some(&layer.beta),
                    Some(&layer.running_mean),
                    Some(&layer.running_variance),
                    mode == Mode::Train,
                    MOMENTUM,
                    EPSILON,
                    false,
                )?
                .f_relu()?;
        }
        let mut features = x.f_mean_dim([2i64, 3].as_slice(), false, None::<Kind>)?;
        if let Some((layer, [weight, bias])) = &self.hidden {
            features = layer.activate(&features.f_linear(weight, Some(bias))?)?;
        }
        Ok(features.f_linear(&self.weight, Some(&self.bias))?)
    }

    /// The finished model's tensors by name: `conv1` and so on with the batch norms folded in f64,
    /// then `head`.
    pub(super) fn fold(&self) -> Result<Vec<(String, Tensor)>> {
        let _guard = tch::no_grad_guard();
        let mut tensors = Vec::new();
        let double = |tensor: &Tensor| tensor.f_to_kind(Kind::Double);
        for (index, layer) in self.layers.iter().enumerate() {
            let spread = double(&layer.running_variance)?
                .f_add_scalar(EPSILON)?
                .f_sqrt()?;
            let scale = double(&layer.gamma)?.f_div(&spread)?;
            let weight = double(&layer.weight)?.f_mul(&scale.f_view([-1, 1, 1, 1])?)?;
            let bias = double(&layer.beta)?.f_sub(&scale.f_mul(&double(&layer.running_mean)?)?)?;
            tensors.push((format!("conv{}.weight", index + 1), weight));
            tensors.push((format!("conv{}.bias", index + 1), bias));
        }
        if let Some((_, [weight, bias])) = &self.hidden {
            tensors.push(("hidden.weight".into(), weight.f_detach()?));
            tensors.push(("hidden.bias".into(), bias.f_detach()?));
        }
        tensors.push(("head.weight".into(), self.weight.f_detach()?));
        tensors.push(("head.bias".into(), self.bias.f_detach()?));
        Ok(tensors)
    }
}
