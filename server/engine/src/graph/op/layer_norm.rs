//! Layer norm; Ba, Kiros and Hinton, <https://arxiv.org/abs/1607.06450>.

use super::{Lipschitz, Operator, Parameter, Shape, only, spectral};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `γ (x − mean) / √(variance + ε) + β` over the last dimension, whose own mean and variance it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerNorm {
    pub epsilon: f64,
}

impl Operator for LayerNorm {
    fn kind(&self) -> &'static str {
        "layer_norm"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        match input.is_empty() {
            true => Err("takes at least one dimension".to_owned()),
            false => Ok(input.to_vec()),
        }
    }

    fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        let width = inputs.first().and_then(|input| input.last()).copied();
        let shape = [width.unwrap_or(0)];
        ["weight", "bias"]
            .map(|name| Parameter::learned(name, &shape))
            .into()
    }

    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        let width = tensors[0].size();
        let [gamma, beta] = [0, 1].map(|place| Some(&tensors[place]));
        Ok(inputs[0].f_layer_norm(width, gamma, beta, self.epsilon, false)?)
    }

    /// Where all numbers are alike; elsewhere far less.
    fn lipschitz(&self, _: &[&[i64]], tensors: &[Tensor]) -> Result<Lipschitz> {
        let largest = spectral::largest(&tensors[0])?;
        Ok(Lipschitz::of(largest / self.epsilon.sqrt()))
    }
}
