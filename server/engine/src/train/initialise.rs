//! Random weights to start from.

use crate::data::shapes::random::Random;
use crate::error::Result;
use tch::Tensor;

/// A stream of initial values.
pub(super) struct Initialise {
    random: Random,
}

impl Initialise {
    pub(super) fn new(seed: u64) -> Self {
        // The key's second part sets this stream apart from the epochs', which have none so large.
        Self {
            random: Random::new(&[seed, u64::MAX]),
        }
    }

    /// He's initialisation (<https://arxiv.org/abs/1502.01852>) from a uniform distribution:
    /// variance 2 / fan-in.
    pub(super) fn uniform(&mut self, shape: &[i64], fan_in: i64) -> Result<Tensor> {
        let count = shape.iter().product::<i64>() as usize;
        let bound = (6.0 / fan_in as f64).sqrt();
        let values: Vec<f32> = (0..count)
            .map(|_| (self.random.signed_unit() * bound) as f32)
            .collect();
        Ok(Tensor::f_from_slice(&values)?.f_view(shape)?)
    }
}
