//! The families by name, each with the options that its weights cannot tell.

use super::card::{Architecture, ModelCard};
use super::library::{cifar10_card, mnist_card};
use super::load::header;
use super::weights::{Header, Weights};
use super::{BnFreeResNetOptions, LeNetOptions, Normalisation, ResNetOptions, VitOptions};
use crate::error::Result;
use std::path::Path;

/// A family of architectures; the rest is read from the weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Family {
    /// The residual networks for CIFAR.
    ResNet(ResNetOptions),
    /// The small residual networks without batch norm, for CIFAR-10.
    BnFreeResNet,
    /// The small vision transformer with batch norm, for CIFAR-10.
    Vit {
        /// Heads of each layer.
        heads: i64,
    },
    /// Two convolutions and two linear layers, for MNIST.
    LeNet,
}

impl Family {
    /// The description of a network from elsewhere, for [`add`](super::library::add): the sizes of
    /// its layers are those of the tensors in the file.
    ///
    /// # Errors
    /// [`Error::Weights`](crate::error::Error::Weights) names a tensor that is missing or has another number of dimensions.
    pub fn card(
        &self,
        title: &str,
        weights: &Path,
        normalisation: Normalisation,
    ) -> Result<ModelCard> {
        let header = header(weights)?;
        let card = match self {
            Self::LeNet => mnist_card,
            _ => cifar10_card,
        };
        Ok(card(title, self.architecture(&header)?, normalisation))
    }

    fn architecture(&self, header: &Header) -> Result<Architecture> {
        let weights = Weights::unread(header);
        Ok(match self {
            Self::ResNet(options) => Architecture::ResNet(options.clone()),
            Self::BnFreeResNet => Architecture::BnFreeResNet(BnFreeResNetOptions::read(&weights)?),
            Self::Vit { heads } => Architecture::Vit(VitOptions::read(&weights, *heads)?),
            Self::LeNet => Architecture::LeNet(LeNetOptions::read(&weights)?),
        })
    }
}
