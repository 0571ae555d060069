//! The Gaussian error linear unit; Hendrycks and Gimpel, <https://arxiv.org/abs/1606.08415>.

use super::{Operator, Shape, only};
use crate::error::Result;
use tch::Tensor;

/// `x · Φ(x)`, Φ the distribution function of the standard normal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gelu;

impl Operator for Gelu {
    fn kind(&self) -> &'static str {
        "gelu"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_gelu("none")?)
    }
}
