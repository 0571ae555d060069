//! Group norm; Wu and He, <https://arxiv.org/abs/1803.08494>.

use super::{Lipschitz, Operator, Parameter, Shape, only, picture, spectral};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `γ (x − μ) / √(σ² + ε) + β` with μ and σ² of one image's group of channels, γ and β of each channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupNorm {
    pub groups: i64,
    /// ε.
    pub epsilon: f64,
}

impl Operator for GroupNorm {
    fn kind(&self) -> &'static str {
        "group_norm"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        match self.groups >= 1 && channels % self.groups == 0 {
            true => Ok(vec![channels, height, width]),
            false => Err(format!(
                "cannot part {channels} channels into {} groups",
                self.groups
            )),
        }
    }

    fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        let channels = inputs.first().and_then(|input| input.first()).copied();
        ["weight", "bias"]
            .map(|name| Parameter::learned(name, &[channels.unwrap_or(0)]))
            .into()
    }

    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_group_norm(
            self.groups,
            Some(&tensors[0]),
            Some(&tensors[1]),
            self.epsilon,
            false,
        )?)
    }

    /// Where all numbers are alike; elsewhere far less.
    fn lipschitz(&self, _: &[&[i64]], tensors: &[Tensor]) -> Result<Lipschitz> {
        let largest = spectral::largest(&tensors[0])?;
        Ok(Lipschitz::of(largest / self.epsilon.sqrt()))
    }
}
