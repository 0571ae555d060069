//! Self-attention with several heads.

use super::super::batch_norm::BatchNorm;
use super::super::linear::Linear;
use super::super::weights::Weights;
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// `out(softmax(Q Kᵀ / √d) V)` per head, d its width; Vaswani and others,
/// <https://arxiv.org/abs/1706.03762>.
#[derive(Debug)]
pub(super) struct Attention {
    /// Queries, keys and values one after the other, `[3W, W]`; 1/√d is in the queries.
    input: Linear,
    output: Linear,
    heads: i64,
}

impl Attention {
    /// Takes `query`, `key`, `value` and `out` under `prefix`; the norm before it is folded in.
    pub(super) fn take(
        source: &mut Weights<'_>,
        prefix: &str,
        width: i64,
        heads: i64,
        norm: &BatchNorm,
    ) -> Result<Self> {
        let mut layer =
            |name: &str| Linear::take(source, &format!("{prefix}.{name}"), [width, width]);
        let scale = 1.0 / ((width / heads) as f64).sqrt();
        let [query, key, value] = [
            layer("query")?.behind(norm)?.scaled(scale)?,
            layer("key")?.behind(norm)?,
            layer("value")?.behind(norm)?,
        ];
        Ok(Self {
            input: Linear::joined(&[query, key, value])?,
            output: layer("out")?,
            heads,
        })
    }

    /// `[N, T, W]` to `[N, T, W]`.
    ///
    /// The softmax is over the tokens of one image, so no image sees another.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (images, tokens, width) = x.size3()?;
        let parts = self
            .input
            .forward(x)?
            .f_view([images, tokens, 3, self.heads, width / self.heads])?
            .f_permute([2, 0, 3, 1, 4])?;
        let [query, key, value] = [0, 1, 2].map(|part| parts.f_select(0, part));
        let weights = query?
            .f_matmul(&key?.f_transpose(2, 3)?)?
            .f_softmax(-1, None::<Kind>)?;
        let mixed = weights.f_matmul(&value?)?;
        let joined = mixed
            .f_transpose(1, 2)?
            .f_reshape([images, tokens, width])?;
        self.output.forward(&joined)
    }

    pub(super) fn to(self, device: Device, kind: Kind) -> Result<Self> {
        Ok(Self {
            input: self.input.to(device, kind)?,
            output: self.output.to(device, kind)?,
            ..self
        })
    }
}
