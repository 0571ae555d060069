//! The network while it is trained: the one of [`SmallCnnOptions`] with a batch norm behind every convolution.
//!
//! Batch norm (Ioffe and Szegedy 2015, <https://arxiv.org/abs/1502.03167>) makes training quick.

use super::initialise::Initialise;
use crate::error::Result;
use crate::graph::op::Role;
use crate::graph::{Builder, Learner, Start};
use crate::model::{ModelCard, SmallCnnOptions};
use tch::{Kind, Tensor};

/// The network at the beginning.
pub(super) fn start(card: &ModelCard, options: &SmallCnnOptions, seed: u64) -> Result<Learner> {
    let (mut net, pixels) = Builder::new(card.input_shape);
    let pixels = net.normalise(pixels, &card.normalisation)?;
    let graph = options.training_graph(net, pixels, card.class_count())?;
    let mut initialise = Initialise::new(seed);
    Learner::new(graph, Kind::Float, &mut |start, role, shape| {
        let tensor = match start {
            Start::Drawn { fan_in } => initialise.uniform(shape, fan_in)?,
            Start::Same(value) => Tensor::f_full(shape, value, (Kind::Float, tch::Device::Cpu))?,
        };
        Ok(tensor.f_set_requires_grad(role == Role::Learned)?)
    })
}

/// The finished model's tensors by name, with the batch norms folded in f64.
pub(super) fn fold(network: &Learner) -> Result<Vec<(String, Tensor)>> {
    let _guard = tch::no_grad_guard();
    let graph = network.graph()?.folded()?;
    let tensors = graph.named_tensors().into_iter();
    Ok(tensors
        .map(|(name, tensor)| (name, tensor.shallow_clone()))
        .collect())
}
