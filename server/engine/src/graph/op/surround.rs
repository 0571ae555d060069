//! Numbers before and after a value, along every dimension.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// So many of one number before and after each dimension of one image's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surround {
    /// Before and after, dimension by dimension.
    pub sides: Vec<[i64; 2]>,
    pub value: Filling,
}

impl Operator for Surround {
    fn kind(&self) -> &'static str {
        "surround"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        let fits = self.sides.len() == input.len();
        let sound = |side: &i64| (0..=4096).contains(side);
        if !fits || !self.sides.iter().flatten().all(sound) {
            return Err(format!("cannot surround {input:?} by {:?}", self.sides));
        }
        let sides = input.iter().zip(&self.sides);
        Ok(sides
            .map(|(size, [before, after])| before + size + after)
            .collect())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        // LibTorch counts from the last dimension.
        let sides = self.sides.iter().rev().flatten().copied();
        let sides: Vec<i64> = sides.collect();
        let value = match self.value {
            Filling::Number(value) => value,
            Filling::Least => f64::NEG_INFINITY,
        };
        Ok(inputs[0].f_pad(sides.as_slice(), "constant", value)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}

/// What a value is surrounded by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filling {
    Number(f64),
    /// −∞, which is no window's maximum.
    Least,
}
