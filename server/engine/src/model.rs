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
mod shufflenet;
mod size;
mod small_cnn;
mod stem;
mod tensors;
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
pub use load::{LoadedModel, load, load_bytes};
pub use mobilenet::{MobileNetLayout, MobileNetOptions};
pub(crate) use naming::Naming;
pub use normalisation::Normalisation;
pub use plain::{PlainActivation, PlainConv, PlainLinear, PlainOptions, PlainPool};
pub use preact_resnet::PreActResNetOptions;
pub use program::ProgramOptions;
pub use recognise::{Found, Wanted, only, recognise};
pub use resnet::{ResNetOptions, Shortcut};
pub use shufflenet::ShuffleNetOptions;
pub use small_cnn::{Hidden, Layer, SmallCnnOptions};
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
    /// `[N, D]`, the input of the last linear layer.
    pub features: Tensor,
}

/// The last linear layer: `logits = features · weightᵀ + bias`.
#[derive(Debug)]
pub struct Head<'a> {
    /// `[K, D]`
    pub weight: &'a Tensor,
    /// `[K]`
    pub bias: &'a Tensor,
}

/// A classifier in evaluation mode whose weights need no gradient.
pub trait Model: Send {
    /// Logits and features of `x`, pixels in `[0, 1]` of shape `[N, C, H, W]`.
    ///
    /// Normalisation is part of the model.
    /// The result is connected to `x` for automatic differentiation.
    fn forward(&self, x: &Tensor) -> Result<Forward>;

    /// The last linear layer.
    fn head(&self) -> Head<'_>;

    /// The number format it computes in: `Float` or `Double`.
    fn kind(&self) -> Kind;

    /// Where its weights lie.
    fn device(&self) -> Device;
}

#[cfg(test)]
mod tests;
