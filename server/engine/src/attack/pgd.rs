//! PGD (Madry et al., arXiv 1706.06083): x ← Π(x + α · steepest(∇ loss)),
//! where Π projects into the ball and then into [0, 1].

use super::ascent::{Ascent, Here, Rule, Walk};
use super::{Batch, Entry, Steps, Traits, objective, parameters};
use crate::ball;
use crate::error::{Error, Result};
use crate::loss::InputGradient;
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
    restarts: u32,
    eot: u32,
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
        passes: parameters.eot,
    };
    if parameters.restarts > 1 && !parameters.random_start {
        return Err(Error::Attack {
            id: spec.id().to_owned(),
            reason: "restarts need a random start".to_owned(),
        });
    }
    Ascent::begin_runs(model, batch, walk, rule, parameters.restarts)
}

/// A step along the steepest direction of the norm.
pub(super) struct Steepest {
    pub norm: Norm,
    pub epsilon: f64,
    pub step_size: f64,
    /// How many passes the gradient is the mean of: expectation over transformation
    /// (Athalye, Engstrom, Ilyas and Kwok, arXiv 1707.07397), for models that are randomised.
    pub passes: u32,
}

impl Steepest {
    /// The mean gradient of all passes, up to a positive factor per example, which no direction sees.
    fn mean(&self, here: &mut Here<'_>) -> Result<Tensor> {
        let first = here.gradient.ok_or(Error::Detached)?;
        let mut sum = first.direction.shallow_clone();
        let x = here.x;
        for _ in 1..self.passes {
            let InputGradient {
                direction, scale, ..
            } = here.scaled_gradient_at(x)?;
            let direction = match (&first.scale, scale) {
                // Each pass has its own scale; the first's is the unit.
                (Some(unit), Some(scale)) => {
                    let factor = scale.f_div(unit)?;
                    // Both may underflow, of a network that is that certain.
                    let factor = factor
                        .f_masked_fill(&factor.f_isfinite()?.f_logical_not()?, 1.0)?
                        .f_to_kind(direction.f_kind()?)?;
                    ball::per_example(&direction)?
                        .f_mul(&factor.f_unsqueeze(1)?)?
                        .f_view_as(&direction)?
                }
                _ => direction,
            };
            sum = sum.f_add(&direction)?;
        }
        Ok(sum.f_div_scalar(f64::from(self.passes.max(1)))?)
    }
}

impl Rule for Steepest {
    fn next(&mut self, mut here: Here<'_>) -> Result<Tensor> {
        let gradient = self.mean(&mut here)?;
        let gradient = match self.norm {
            Norm::L1 => ball::movable(&gradient, here.x)?,
            Norm::Linf | Norm::L2 => gradient,
        };
        let direction = ball::direction(self.norm, &gradient)?;
        let moved = here.x.f_add(&direction.f_mul_scalar(self.step_size)?)?;
        ball::project(self.norm, &moved, &here.batch.x, self.epsilon)
    }
}
