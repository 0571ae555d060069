//! The passes at an iterate: one forward, and one backward where its gradient is wanted.

use super::{Passes, Place, Step};
use crate::error::Result;
use crate::loss::InputGradient;
use crate::model::{Forward, Model};
use tch::Tensor;

/// What is found at an iterate. All tensors are detached.
pub(super) struct Look {
    /// `[N, ...]`
    pub x: Tensor,
    /// `[N, K]`
    pub logits: Tensor,
    /// `[N, D]`
    pub features: Tensor,
    pub gradient: Option<InputGradient>,
}

impl Look {
    /// Looks at `x`, `[N, ...]`; `gradient` makes one of it, which requires a gradient here, and its logits.
    pub fn at<G>(
        model: &dyn Model,
        x: &Tensor,
        passes: &mut Passes,
        gradient: Option<G>,
    ) -> Result<Self>
    where
        G: FnOnce(&Tensor, &Tensor) -> Result<InputGradient>,
    {
        let count = x.size().first().map_or(0, |count| count.unsigned_abs());
        let x = x.f_detach()?.f_set_requires_grad(gradient.is_some())?;
        let Forward { logits, features } = model.forward(&x)?;
        passes.forward += count;
        let gradient = match gradient {
            Some(gradient) => {
                passes.backward += count;
                Some(gradient(&x, &logits)?)
            }
            None => None,
        };
        Ok(Self {
            x: x.f_detach()?,
            logits: logits.f_detach()?,
            features: features.f_detach()?,
            gradient,
        })
    }

    /// As the step of these examples.
    pub fn step(self, place: Place, rows: Vec<usize>) -> Step {
        Step {
            place,
            rows,
            x: self.x,
            logits: self.logits,
            features: self.features,
            gradient: self.gradient,
        }
    }
}
