//! What tokens take from each other, heads beside each other.

use super::{Operator, Shape, Work};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `softmax(scale · Q Kᵀ) V` for queries `[.., T, d]`, keys `[.., S, d]` and values `[.., S, e]`; Vaswani and others,
/// <https://arxiv.org/abs/1706.03762>. The softmax is over the tokens of one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaledProduct {
    pub scale: f64,
}

impl ScaledProduct {
    /// The same product by product: LibTorch's own operator has no second derivative on a CPU.
    pub(in crate::graph) fn in_steps(&self, inputs: &[&Tensor]) -> Result<Tensor> {
        let [query, key, value] = [inputs[0], inputs[1], inputs[2]];
        let scores = query
            .f_matmul(&key.f_transpose(-2, -1)?)?
            .f_mul_scalar(self.scale)?;
        Ok(scores.f_softmax(-1, None::<Kind>)?.f_matmul(value)?)
    }
}

impl Operator for ScaledProduct {
    fn kind(&self) -> &'static str {
        "scaled_product"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        match inputs {
            [
                [outer @ .., tokens, width],
                [of_keys @ .., keys, key_width],
                [of_values @ .., values, given],
            ] if outer == of_keys && outer == of_values && width == key_width && keys == values => {
                Ok([outer, &[*tokens, *given]].concat())
            }
            _ => Err(format!(
                "takes queries, keys and values that fit, not {inputs:?}"
            )),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [query, key, value] = [inputs[0], inputs[1], inputs[2]];
        Ok(Tensor::f_scaled_dot_product_attention(
            query,
            key,
            value,
            None::<Tensor>,
            0.0,
            false,
            self.scale,
            false,
        )?)
    }

    fn work(&self, inputs: &[&[i64]], value: &[i64]) -> Work {
        // The scores, and the values that they mix.
        match (inputs.first(), inputs.get(1), value) {
            (Some([outer @ .., tokens, width]), Some([.., keys, _]), [.., given]) => Work::of(
                outer.iter().product::<i64>() * tokens,
                *keys,
                *width + *given,
            ),
            _ => Work::default(),
        }
    }
}
