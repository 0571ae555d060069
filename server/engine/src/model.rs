//! Models: logits, features and the last layer's weights from one forward pass.

mod bn_free_resnet;
pub mod card;
mod family;
mod head;
mod lenet;
pub mod library;
mod load;
mod normalisation;
mod resnet;
mod size;
mod small_cnn;
mod untold;
mod vit;
pub(crate) mod weights;

pub use bn_free_resnet::{BnFreeResNetOptions, Stage};
pub use card::{Accuracy, Architecture, ModelCard, PgdAccuracy};
pub use family::Family;
pub use lenet::LeNetOptions;
pub use load::{LoadedModel, load, load_bytes};
pub use normalisation::Normalisation;
pub use resnet::{ResNetOptions, Shortcut};
pub use small_cnn::{Hidden, Layer, SmallCnnOptions};
pub use vit::VitOptions;
pub use weights::TensorSource;

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
