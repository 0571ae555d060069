//! Shares that sum to one.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `exp(x) / Σ exp(x)` along a dimension of one image's value, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Softmax {
    pub dimension: usize,
}

impl Operator for Softmax {
    fn kind(&self) -> &'static str {
        "softmax"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        match self.dimension < input.len() {
            true => Ok(input.to_vec()),
            false => Err(format!("takes dimension {} of {input:?}", self.dimension)),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_softmax(self.dimension as i64 + 1, None::<Kind>)?)
    }

    /// Its Jacobian is diag(p) − p pᵀ, whose norm is at most the largest of 2 p (1 − p).
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(0.5))
    }
}
