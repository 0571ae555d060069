//! The product of two matrices of one image.

use super::{Operator, Shape, Work, broadcast};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// `[.., m, k] · [.., k, n] = [.., m, n]`; the dimensions before are paired as numpy does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatMul;

impl Operator for MatMul {
    fn kind(&self) -> &'static str {
        "matmul"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let misfit = || format!("cannot multiply {inputs:?} as matrices");
        match inputs {
            [[left @ .., rows, inner], [right @ .., other, columns]] if inner == other => {
                let outer = broadcast::common(left, right).ok_or_else(misfit)?;
                Ok([outer.as_slice(), &[*rows, *columns]].concat())
            }
            _ => Err(misfit()),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [one, other] = broadcast::aligned(inputs[0], inputs[1])?;
        Ok(one.f_matmul(&other)?)
    }

    fn work(&self, inputs: &[&[i64]], value: &[i64]) -> Work {
        let inner = inputs.first().and_then(|input| input.last());
        match (inner, value) {
            (Some(inner), [places @ .., columns]) => {
                Work::of(places.iter().product(), *inner, *columns)
            }
            _ => Work::default(),
        }
    }
}
