//! Functions of one number that need no file of their own.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// One of them, of each number of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// `|x|`
    Abs,
    /// `x` for positive numbers, `eˣ − 1` for negative ones; Clevert and others, <https://arxiv.org/abs/1511.07289>.
    Elu,
    /// `2/√π ∫₀ˣ exp(−t²) dt`
    Erf,
    /// `eˣ`
    Exp,
    /// `ln x`
    Log,
    /// `ln(1 + eˣ)`
    Softplus,
}

impl Operator for Function {
    fn kind(&self) -> &'static str {
        match self {
            Self::Abs => "abs",
            Self::Elu => "elu",
            Self::Erf => "erf",
            Self::Exp => "exp",
            Self::Log => "log",
            Self::Softplus => "softplus",
        }
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        Ok(input.to_vec())
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let x = inputs[0];
        Ok(match self {
            Self::Abs => x.f_abs()?,
            Self::Elu => x.f_elu()?,
            Self::Erf => x.f_erf()?,
            Self::Exp => x.f_exp()?,
            Self::Log => x.f_log()?,
            Self::Softplus => x.f_softplus()?,
        })
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(match self {
            Self::Abs | Self::Elu | Self::Softplus => Lipschitz::of(1.0),
            Self::Erf => Lipschitz::of(std::f64::consts::FRAC_2_SQRT_PI),
            Self::Exp | Self::Log => Lipschitz::Unbounded,
        })
    }
}
