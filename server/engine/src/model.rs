//! Models: logits, features and the last layer's weights from one forward pass.

mod architecture;
mod bn_free_resnet;
pub mod card;
mod deep_resnet;
mod densenet;
mod efficientnet_lite;
mod family;
mod head;
mod lenet;
pub mod library;
mod limits;
mod load;
mod mobilenet;
mod modules;
mod naming;
mod normalisation;
mod plain;
mod preact_resnet;
pub mod program;
pub mod propose;
mod recognise;
mod resnet;
pub mod script;
mod shufflenet;
mod size;
mod small_cnn;
mod squeezenet;
mod stem;
mod tensors;
pub mod theory;
mod untold;
mod vgg;
mod vit;
mod vit_layer_norm;
pub(crate) mod weights;
mod wide_resnet;

pub use architecture::Architecture;
pub use bn_free_resnet::{BnFreeResNetOptions, Stage};
pub use card::{Accuracy, ModelCard, PgdAccuracy};
pub use deep_resnet::DeepResNetOptions;
pub use densenet::{DenseNetLayout, DenseNetOptions};
pub use efficientnet_lite::{EfficientNetLayout, EfficientNetLiteOptions};
pub use family::Untold;
pub use lenet::LeNetOptions;
pub use load::{LoadedModel, load, load_bytes, load_perturbable_bytes};
pub use mobilenet::{MobileNetLayout, MobileNetOptions};
pub(crate) use naming::Naming;
pub use normalisation::Normalisation;
pub use plain::{PlainActivation, PlainConv, PlainLinear, PlainOptions, PlainPool};
pub use preact_resnet::PreActResNetOptions;
pub use program::ProgramOptions;
pub use recognise::{Found, Wanted, only, recognise};
pub use resnet::{ResNetOptions, Shortcut};
pub use script::TorchScriptOptions;
pub use shufflenet::ShuffleNetOptions;
pub use small_cnn::{Hidden, Layer, SmallCnnOptions};
pub use squeezenet::SqueezeNetOptions;
pub use stem::Stem;
pub use vgg::VggOptions;
pub use vit::VitOptions;
pub use vit_layer_norm::{LayerNormVitOptions, Pooling, VitActivation};
pub use weights::TensorSource;
pub use wide_resnet::WideResNetOptions;

use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// What one forward pass gives for `N` images, `K` classes and `D` features.
#[derive(Debug)]
pub struct Forward {
    /// `[N, K]`, before the softmax.
    pub logits: Tensor,
    /// What the last layer takes: `[N, D]`, or `[N, D, H, W]` where it is one of [`Form::RectifiedScores`].
    pub features: Tensor,
}

/// The last layer.
#[derive(Debug)]
pub struct Head<'a> {
    /// `[K, D]`
    pub weight: &'a Tensor,
    /// `[K]`
    pub bias: &'a Tensor,
    pub form: Form,
}

/// How a last layer makes logits of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `z = W φ + b`.
    Linear,
    /// `z_k = 1/P Σ_p max(w_k · y_p + b_k, 0)` over the pixels `y_p` of a picture: SqueezeNet's.
    RectifiedScores,
}

impl Form {
    /// The logits `[N, K]` of features, weight and bias.
    ///
    /// # Errors
    /// They do not fit.
    pub fn logits(self, features: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
        match self {
            Self::Linear => Ok(features.f_linear(weight, Some(bias))?),
            Self::RectifiedScores => {
                let pixels = features.f_flatten(2, -1)?.f_transpose(1, 2)?;
                let scores = pixels.f_linear(weight, Some(bias))?;
                Ok(scores
                    .f_relu()?
                    .f_mean_dim([1i64].as_slice(), false, None::<Kind>)?)
            }
        }
    }
}

/// A classifier in evaluation mode whose weights need no gradient.
pub trait Model: Send {
    /// Logits and features of `x`, pixels in `[0, 1]` of shape `[N, C, H, W]`.
    ///
    /// Normalisation is part of the model.
    /// The logits are connected to `x` for automatic differentiation; the features need not be.
    fn forward(&self, x: &Tensor) -> Result<Forward>;

    /// The last layer.
    fn head(&self) -> Head<'_>;

    /// The number format it computes in: `Float` or `Double`.
    fn kind(&self) -> Kind;

    /// Where its weights lie.
    fn device(&self) -> Device;
}

#[cfg(test)]
mod tests;
