//! How much memory curvature takes, before it starts, and how many examples fit at a time.

use super::Scope;
use crate::error::{Error, Result, bytes};
use crate::graph::Perturbable;
use tch::Kind;

/// What is computed, as far as memory goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Passes over the network alone: losses, the gradients of pixels.
    Passes,
    /// The gradient in each example's weights.
    Gradients,
    /// Losses and gradients where each example has weights of its own.
    Changes,
    /// vᵀ H v along directions that all examples share.
    Probes,
    /// H v for each example's own v, beside so many vectors that are kept.
    Products {
        /// How many vectors of the weights' length each example keeps.
        vectors: u64,
    },
    /// H v of the mean loss; so many vectors are kept in all.
    MeanProducts {
        /// How many vectors of the weights' length are kept.
        vectors: u64,
    },
    /// H v in the pixels, beside so many images that are kept.
    Pixels {
        /// How many images' worth of numbers each example keeps.
        vectors: u64,
    },
}

/// What a computation needs at most, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Whatever the number of examples.
    pub fixed: u64,
    /// For each example that is computed at a time.
    pub each: u64,
}

impl Needs {
    /// With so many examples at a time.
    pub fn of(&self, examples: u64) -> u64 {
        self.fixed
            .saturating_add(self.each.saturating_mul(examples))
    }
}

/// What some work on these layers of a network needs.
///
/// An upper estimate, counted in the values that LibTorch keeps: each operator's value once for the forward pass, once for the
/// gradient, and twice more for the gradient of the gradient; windows of convolutions where they are laid out.
pub fn needs(network: &Perturbable, layers: &[usize], work: Work) -> Needs {
    let width = match network.kind() {
        Kind::Double => 8,
        _ => 4,
    };
    let all = network.layers();
    let sum = |of: &dyn Fn(usize) -> u64| layers.iter().map(|layer| of(*layer)).sum::<u64>();
    let most = |of: &dyn Fn(usize) -> u64| layers.iter().map(|layer| of(*layer)).max().unwrap_or(0);
    let parameters = |layer: usize| all[layer].parameters();
    let taken = |layer: usize| all[layer].working()[0];
    let given = |layer: usize| all[layer].working()[1];
    let gathered = |layer: usize| all[layer].working()[2];
    let weights: u64 = all.iter().map(|layer| layer.parameters()).sum();
    // LibTorch lays out the windows of the convolution that it is at, for the whole batch where it computes in f64.
    let windows = all
        .iter()
        .map(|layer| layer.working()[2])
        .max()
        .unwrap_or(0);
    let values = network.activations();
    let pixels: u64 = network
        .input()
        .iter()
        .map(|side| side.unsigned_abs())
        .product();
    let once = 3 * values + windows + 2 * pixels;
    let twice = 6 * values + 3 * windows + 2 * pixels;
    let (fixed, each) = match work {
        Work::Passes => (weights, once),
        Work::Gradients => (
            weights,
            once + sum(&|layer| taken(layer) + given(layer))
                + most(&gathered)
                + sum(&parameters)
                + 2 * most(&parameters),
        ),
        Work::Changes => (
            weights + 2 * sum(&parameters),
            once + sum(&|layer| taken(layer) + 3 * given(layer) + gathered(layer))
                + 5 * sum(&parameters)
                + 2 * most(&parameters),
        ),
        Work::Probes => (
            weights + 3 * sum(&parameters),
            twice + sum(&|layer| 4 * given(layer)),
        ),
        Work::Products { vectors } => (
            weights,
            twice
                + sum(&|layer| 4 * given(layer) + 2 * gathered(layer))
                + (4 + vectors) * sum(&parameters)
                + 2 * most(&parameters),
        ),
        Work::MeanProducts { vectors } => (weights + (6 + vectors) * sum(&parameters), twice),
        Work::Pixels { vectors } => (weights, twice + (4 + vectors) * pixels),
    };
    Needs {
        fixed: width * fixed,
        each: width * each,
    }
}

impl Scope<'_> {
    /// How many examples may be computed at a time.
    ///
    /// # Errors
    /// [`Error::Setting`] where not even one fits, with what it needs.
    pub(super) fn rows(&self, work: Work) -> Result<usize> {
        let needs = needs(self.network, &self.layers, work);
        let room = self.memory.saturating_sub(needs.fixed);
        match room / needs.each.max(1) {
            0 => Err(Error::Setting {
                field: "memory",
                value: bytes(self.memory),
                expected: format!(
                    "one example needs about {}; allow at least that, or take fewer layers or steps",
                    bytes(needs.of(1))
                ),
            }),
            rows => Ok(usize::try_from(rows).unwrap_or(usize::MAX)),
        }
    }
}
