//! A straight line to noise: x_t = x_0 + t/T · (z − x_0), with z drawn once for each image, keyed by its index.

use super::ascent::{Ascent, Here, Rule, Walk};
use super::{Batch, Entry, Steps, Traits, objective, parameters};
use crate::error::Result;
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "noise_path",
    begin,
    traits: Traits {
        prefix_stable: false,
        finds_linear_optimum: false,
        random: true,
        gradient_here: false,
        climbs: false,
        ..Traits::ASCENT
    },
};

#[derive(Deserialize)]
struct Parameters {
    noise: Kind,
    steps: u32,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Gaussian,
    Uniform,
}

impl Kind {
    /// One pixel.
    fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Gaussian => (0.5 + 0.25 * stream.normal()).clamp(0.0, 1.0),
            Self::Uniform => stream.unit(),
        }
    }
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let Parameters { noise: kind, steps } = parameters(spec)?;
    let values = batch.values();
    let end: Vec<f64> = (batch.streams(noise, Purpose::NoisePath).iter_mut())
        .flat_map(|stream| (0..values).map(|_| kind.draw(stream)))
        .collect();
    let walk = Walk {
        objective: objective(spec)?,
        norm: Norm::Linf,
        epsilon: 1.0,
        steps,
        start: None,
    };
    let rule = Line {
        way: batch.like(&end)?.f_sub(&batch.x)?,
        steps,
        taken: 0,
    };
    Ascent::begin(model, batch, walk, rule)
}

struct Line {
    /// z − x_0.
    way: Tensor,
    steps: u32,
    taken: u32,
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
