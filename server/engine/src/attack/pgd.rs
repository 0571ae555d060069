//! PGD (Madry et al., arXiv 1706.06083): x ← Π(x + α · steepest(∇ loss)),
//! where Π projects into the ball and then into [0, 1].

use super::ascent::{Ascent, Here, Rule, Walk};
use super::{Batch, Entry, Steps, Traits, objective, parameters};
use crate::ball;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "pgd",
    begin,
    traits: Traits::ASCENT,
};

#[derive(Deserialize)]
struct Parameters {
    norm: Norm,
    epsilon: Amount,
    step_size: Amount,
    steps: u32,
    random_start: bool,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let (norm, epsilon) = (parameters.norm, parameters.epsilon.value());
    let walk = Walk {
        objective: objective(spec)?,
        norm,
        epsilon,
        steps: parameters.steps,
        start: parameters.random_start.then_some(noise),
    };
    let rule = Steepest {
        norm,
        epsilon,
        step_size: parameters.step_size.value(),
    };
    Ascent::begin(model, batch, walk, rule)
}

/// A step along the steepest direction of the norm.
pub(super) struct Steepest {
    pub norm: Norm,
    pub epsilon: f64,
    pub step_size: f64,
}

impl Rule for Steepest {
    fn next(&mut self, here: Here<'_>) -> Result<Tensor> {
        let gradient = here.gradient.ok_or(Error::Detached)?;
        let direction = ball::direction(self.norm, &gradient.direction)?;
        let moved = here.x.f_add(&direction.f_mul_scalar(self.step_size)?)?;
        ball::project(self.norm, &moved, &here.batch.x, self.epsilon)
    }
}
