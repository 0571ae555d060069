//! FGSM (Goodfellow, Shlens and Szegedy, arXiv 1412.6572): one step of PGD whose length is the radius.

use super::ascent::{Ascent, Walk};
use super::pgd::Steepest;
use super::{Batch, Entry, Steps, Traits, objective, parameters};
use crate::error::Result;
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "fgsm",
    begin,
    traits: Traits::ASCENT,
};

#[derive(Deserialize)]
struct Parameters {
    norm: Norm,
    epsilon: Amount,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let (norm, epsilon) = (parameters.norm, parameters.epsilon.value());
    let walk = Walk {
        objective: objective(spec)?,
        norm,
        epsilon,
        steps: 1,
        start: None,
    };
    let rule = Steepest {
        norm,
        epsilon,
        step_size: epsilon,
        passes: 1,
    };
    Ascent::begin(model, batch, walk, rule)
}
