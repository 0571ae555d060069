//! The product of two values, such as of channels and their gates.

use super::{Operator, Shape};
use crate::error::Result;
use tch::Tensor;

/// `a · b`, number by number; `b` may be a row `[C]` of which each number is for a channel of the picture `a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mul;

impl Operator for Mul {
    fn kind(&self) -> &'static str {
        "mul"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        match inputs {
            [one, other] if one == other => Ok(one.to_vec()),
            [[channels, height, width], [gates]] if channels == gates => {
                Ok(vec![*channels, *height, *width])
            }
            [one, other] => Err(format!(
                "multiplies {one:?} and {other:?}, which do not fit"
            )),
            _ => Err(format!("takes two values, not {}", inputs.len())),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [one, other] = [inputs[0], inputs[1]];
        match (one.dim(), other.dim()) {
            (4, 2) => {
                let gates = other.f_unsqueeze(-1)?.f_unsqueeze(-1)?;
                Ok(one.f_mul(&gates)?)
            }
            _ => Ok(one.f_mul(other)?),
        }
    }
}
