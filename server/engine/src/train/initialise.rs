//! Random weights to start from.

use crate::data::shapes::random::Random;
use crate::error::Result;
use crate::model::TensorSource;
use tch::Tensor;

/// He's initialisation from a uniform distribution: variance 2 / fan-in, biases 0.
pub(super) struct Initialise {
    random: Random,
    parameters: Vec<(String, Tensor)>,
}

impl Initialise {
    pub(super) fn new(seed: u64) -> Self {
        // The key's second part sets this stream apart from the epochs', which have none so large.
        Self { random: Random::new(&[seed, u64::MAX]), parameters: Vec::new() }
    }

    /// Names and tensors in the order in which they were taken.
    pub(super) fn into_parameters(self) -> Vec<(String, Tensor)> {
        self.parameters
    }
}

impl TensorSource for Initialise {
    fn take(&mut self, name: &str, shape: &[i64]) -> Result<Tensor> {
        let count = shape.iter().product::<i64>() as usize;
        let values: Vec<f32> = if shape.len() == 1 {
            vec![0.0; count]
        } else {
            let fan_in = shape[1..].iter().product::<i64>() as f64;
            let bound = (6.0 / fan_in).sqrt();
            (0..count).map(|_| (self.random.signed_unit() * bound) as f32).collect()
        };
        let tensor = Tensor::f_from_slice(&values)?.f_view(shape)?.f_set_requires_grad(true)?;
        self.parameters.push((name.to_owned(), tensor.shallow_clone()));
        Ok(tensor)
    }
}
