//! A straight line to another image: x_t = x_0 + t/T · (x′ − x_0).

use super::ascent::{Ascent, Here, Rule, Walk};
use super::{Batch, Entry, Steps, Traits, Way, objective, parameters};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "line",
    begin,
    traits: Traits {
        prefix_stable: false,
        ..Traits::path(Way::Towards)
    },
};

#[derive(Deserialize)]
struct Parameters {
    steps: u32,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let Parameters { steps } = parameters(spec)?;
    let Some(towards) = &batch.towards else {
        return Err(Error::Attack {
            id: spec.id().to_owned(),
            reason: "there are no images for the lines to lead to".to_owned(),
        });
    };
    let rule = Line::between(&batch.x, towards, steps)?;
    Ascent::begin(model, batch, path(spec, steps)?, rule)
}

/// A walk of this many steps that no ball bounds.
pub(super) fn path(spec: &AttackSpec, steps: u32) -> Result<Walk> {
    Ok(Walk {
        objective: objective(spec)?,
        norm: Norm::Linf,
        epsilon: 1.0,
        steps,
        start: None,
    })
}

/// Equal steps from the clean image to another.
pub(super) struct Line {
    /// x′ − x_0.
    way: Tensor,
    steps: u32,
    taken: u32,
}

impl Line {
    pub(super) fn between(x: &Tensor, end: &Tensor, steps: u32) -> Result<Self> {
        Ok(Self {
            way: end.f_sub(x)?,
            steps,
            taken: 0,
        })
    }
}

impl Rule for Line {
    fn gradient_here(&self) -> bool {
        false
    }

    fn next(&mut self, here: Here<'_>) -> Result<Tensor> {
        self.taken += 1;
        let share = f64::from(self.taken) / f64::from(self.steps.max(1));
        // Between two pictures there are only pictures; the bounds take rounding away.
        Ok(here
            .batch
            .x
            .f_add(&self.way.f_mul_scalar(share)?)?
            .f_clamp(0.0, 1.0)?)
    }
}
