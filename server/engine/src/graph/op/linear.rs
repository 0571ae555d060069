//! A fully connected layer.

use super::{Lipschitz, Operator, Parameter, Shape, Work, only, spectral};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `x · weightᵀ + bias` over the last dimension, weight `[out, in]`, bias `[out]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// How many numbers it gives.
    pub out: i64,
    /// Whether it adds a bias.
    pub bias: bool,
}

impl Operator for Linear {
    fn kind(&self) -> &'static str {
        "linear"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        let (_, places) = input.split_last().ok_or("takes at least one dimension")?;
        Ok([places, &[self.out]].concat())
    }

    fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        let width = inputs.first().and_then(|input| input.last()).copied();
        let mut parameters = vec![Parameter::learned(
            "weight",
            &[self.out, width.unwrap_or(0)],
        )];
        if self.bias {
            parameters.push(Parameter::learned("bias", &[self.out]));
        }
        parameters
    }

    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_linear(&tensors[0], tensors.get(1))?)
    }

    fn work(&self, inputs: &[&[i64]], _: &[i64]) -> Work {
        let input = inputs.first().and_then(|input| input.split_last());
        input.map_or_else(Work::default, |(width, places)| {
            Work::of(places.iter().product(), *width, self.out)
        })
    }

    /// The largest singular value of its weight.
    fn lipschitz(&self, _: &[&[i64]], tensors: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(spectral::of_matrix(&tensors[0])?))
    }
}
