//! The Gaussian error linear unit; Hendrycks and Gimpel, <https://arxiv.org/abs/1606.08415>.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `x · Φ(x)`, Φ the distribution function of the standard normal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gelu {
    /// Whether Φ is approximated by a hyperbolic tangent, as old networks do.
    pub tanh: bool,
}

impl Operator for Gelu {
    fn kind(&self) -> &'static str {
        "gelu"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_gelu(if self.tanh { "tanh" } else { "none" })?)
    }

    /// The largest slope, at √2 where Φ is exact; rounded up.
    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(if self.tanh { 1.12900 } else { 1.12891 }))
    }
}
