//! The pixels of a picture as a list of tokens, and the mean of such a list.

use super::{Lipschitz, Operator, Shape, only, picture};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `[C, H, W]` to `[H · W, C]`, row by row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens;

impl Operator for Tokens {
    fn kind(&self) -> &'static str {
        "tokens"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        Ok(vec![height * width, channels])
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_flatten(2, -1)?.f_transpose(1, 2)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}

/// `[T, D]` to `[D]`: the mean over the tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeanTokens;

impl Operator for MeanTokens {
    fn kind(&self) -> &'static str {
        "mean_tokens"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        match only(inputs)? {
            [[_, width]] => Ok(vec![*width]),
            [other] => Err(format!("takes a list of tokens, not {other:?}")),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        Ok(inputs[0].f_mean_dim([1i64].as_slice(), false, None::<Kind>)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let tokens = shapes.first().and_then(|shape| shape.first()).copied();
        Ok(Lipschitz::of(1.0 / (tokens.unwrap_or(1) as f64).sqrt()))
    }
}
