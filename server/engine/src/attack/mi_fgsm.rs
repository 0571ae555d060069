//! MI-FGSM (Dong et al., arXiv 1710.06081): g ← μ g + ∇ / mean|∇|, x ← Π(x + α · sign(g)).

use super::ascent::{Ascent, Here, Rule, Walk, accumulate, by_mean, sign_step};
use super::{Batch, Entry, Steps, Traits, objective, parameters};
use crate::error::{Error, Result};
use crate::loss::Objective;
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "mi_fgsm",
    begin,
    traits: Traits::ASCENT,
};

/// Shared with the attacks that build on it.
#[derive(Deserialize)]
pub(super) struct Parameters {
    pub epsilon: Amount,
    pub step_size: Amount,
    pub steps: u32,
    pub decay: f64,
}

impl Parameters {
    pub fn walk(&self, objective: Objective) -> Walk {
        Walk {
            objective,
            norm: Norm::Linf,
            epsilon: self.epsilon.value(),
            steps: self.steps,
            start: None,
        }
    }
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let walk = parameters.walk(objective(spec)?);
    let rule = Momentum {
        parameters,
        momentum: None,
    };
    Ascent::begin(model, batch, walk, rule)
}

struct Momentum {
    parameters: Parameters,
    momentum: Option<Tensor>,
}

impl Rule for Momentum {
    fn next(&mut self, here: Here<'_>) -> Result<Tensor> {
        let gradient = by_mean(&here.gradient.ok_or(Error::Detached)?.direction)?;
        let momentum = accumulate(self.momentum.as_ref(), self.parameters.decay, gradient)?;
        let Parameters {
            step_size, epsilon, ..
        } = &self.parameters;
        let next = sign_step(&here, &momentum, step_size.value(), epsilon.value())?;
        self.momentum = Some(momentum);
        Ok(next)
    }
}
