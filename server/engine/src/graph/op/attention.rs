//! What tokens take from each other.

use super::{Operator, Shape, Work, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `softmax(Q Kᵀ / √d) V` per head, d its width; Vaswani and others, <https://arxiv.org/abs/1706.03762>.
///
/// Takes queries, keys and values, `[T, D]` each. The softmax is over the tokens of one image, so no image sees another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attention {
    pub heads: i64,
    /// Whether it takes one value `[T, 3D]` instead: queries, keys and values beside each other.
    pub joined: bool,
    /// Whether the queries have 1/√d in them already.
    pub scaled: bool,
}

impl Attention {
    /// 1/√d for tokens of this width.
    pub(in crate::graph) fn scale(&self, width: i64) -> f64 {
        1.0 / ((width / self.heads.max(1)) as f64).sqrt()
    }

    /// `[N, T, D]` to `[N, heads, T, D / heads]`.
    fn heads(&self, x: &Tensor) -> Result<Tensor> {
        let (images, tokens, width) = x.size3()?;
        let parted = x.f_view([images, tokens, self.heads, width / self.heads])?;
        Ok(parted.f_transpose(1, 2)?)
    }
}

impl Operator for Attention {
    fn kind(&self) -> &'static str {
        "attention"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [tokens, width] = match (self.joined, inputs) {
            (false, [query, key, value]) if query == key && key == value => (*query)
                .try_into()
                .map_err(|_| format!("takes lists of tokens, not {query:?}"))?,
            (true, _) => match only(inputs)? {
                [[tokens, all]] if all % 3 == 0 => [*tokens, all / 3],
                [other] => {
                    return Err(format!("takes three lists of tokens in one, not {other:?}"));
                }
            },
            _ => {
                return Err(format!(
                    "takes queries, keys and values of one shape, not {inputs:?}"
                ));
            }
        };
        match self.heads >= 1 && width % self.heads == 0 {
            true => Ok(vec![tokens, width]),
            false => Err(format!(
                "cannot part {width} numbers among {} heads",
                self.heads
            )),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let [query, key, value] = match inputs {
            [joined] => {
                let (images, tokens, width) = joined.size3()?;
                let parts = joined
                    .f_view([images, tokens, 3, self.heads, width / 3 / self.heads])?
                    .f_permute([2, 0, 3, 1, 4])?;
                [
                    parts.f_select(0, 0)?,
                    parts.f_select(0, 1)?,
                    parts.f_select(0, 2)?,
                ]
            }
            _ => [
                self.heads(inputs[0])?,
                self.heads(inputs[1])?,
                self.heads(inputs[2])?,
            ],
        };
        let query = match self.scaled {
            true => query,
            false => query.f_mul_scalar(self.scale(query.size()[3] * self.heads))?,
        };
        let weights = query
            .f_matmul(&key.f_transpose(2, 3)?)?
            .f_softmax(-1, None::<Kind>)?;
        let mixed = weights.f_matmul(&value)?.f_transpose(1, 2)?;
        let (images, tokens, heads, each) = mixed.size4()?;
        Ok(mixed.f_reshape([images, tokens, heads * each])?)
    }

    fn work(&self, _: &[&[i64]], value: &[i64]) -> Work {
        // The scores of each head, and the values that they mix.
        match value {
            [tokens, width] => {
                Work::of(2 * self.heads * tokens, width / self.heads.max(1), *tokens)
            }
            _ => Work::default(),
        }
    }
}
