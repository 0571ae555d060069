//! NI-FGSM (Lin et al., arXiv 1908.06281): as MI-FGSM, with the gradient taken at x + α μ g, where the momentum leads.

use super::ascent::{Ascent, Here, Rule, Walk, accumulate, by_mean, sign_step};
use super::mi_fgsm::Parameters;
use super::{Batch, Differentiation, Entry, Steps, Traits, objective, parameters, traits};
use crate::error::Result;
use crate::model::Model;
use crate::noise::Noise;
use tch::Tensor;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "ni_fgsm",
    begin,
    traits: Traits::ASCENT.ascending(traits::Ascent {
        gradient: Differentiation::Elsewhere,
        ..traits::Ascent::PROJECTED
    }),
};

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let walk: Walk = parameters.walk(objective(spec)?);
    let rule = Nesterov {
        parameters,
        momentum: None,
    };
    Ascent::begin(model, batch, walk, rule)
}

struct Nesterov {
    parameters: Parameters,
    momentum: Option<Tensor>,
}

impl Rule for Nesterov {
    fn gradient_here(&self) -> bool {
        false
    }

    fn next(&mut self, mut here: Here<'_>) -> Result<Tensor> {
        let (decay, step_size) = (self.parameters.decay, self.parameters.step_size.value());
        let ahead = ahead(here.x, self.momentum.as_ref(), decay * step_size)?;
        let gradient = by_mean(&here.gradient_at(&ahead)?)?;
        let momentum = accumulate(self.momentum.as_ref(), decay, gradient)?;
        let next = sign_step(&here, &momentum, step_size, self.parameters.epsilon.value())?;
        self.momentum = Some(momentum);
        Ok(next)
    }
}

/// x + factor · momentum. As published, it may lie outside the ball and the pixel range.
pub(super) fn ahead(x: &Tensor, momentum: Option<&Tensor>, factor: f64) -> Result<Tensor> {
    Ok(match momentum {
        Some(momentum) => x.f_add(&momentum.f_mul_scalar(factor)?)?,
        None => x.shallow_clone(),
    })
}
