//! SPSA (Uesato et al., arXiv 1802.05666): the margin's slope along random directions v of ±1 stands for its gradient,
//! g = mean over v of (m(x + δ v) − m(x − δ v)) / (2 δ) · v, and Adam climbs it within the ball.
//!
//! The points x ± δ v may lie outside the ball and the pixel range, as published. No gradient is asked of the network.

use super::adam::Adam;
use super::ascent::{Ascent, Here, Rule, Walk};
use super::{Batch, Differentiation, Entry, Steps, Traits, objective, parameters, traits};
use crate::ball;
use crate::error::Result;
use crate::loss;
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use serde::Deserialize;
use tch::{Kind, Tensor};
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Loss};

pub(super) const ENTRY: Entry = Entry {
    id: "spsa",
    begin,
    traits: Traits {
        random: true,
        ..Traits::ASCENT.ascending(traits::Ascent {
            gradient: Differentiation::None,
            loss: Loss::Margin,
            finds_linear_optimum: true,
        })
    },
};

/// The images that go through the network together, so that memory does not grow with the directions.
const MOST_IMAGES: usize = 1024;

/// The index that no example has: it keys the directions that all share.
const SHARED: u64 = u64::MAX;

#[derive(Deserialize)]
struct Parameters {
    epsilon: Amount,
    delta: Amount,
    learning_rate: f64,
    steps: u32,
    samples: usize,
    sharing: Sharing,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sharing {
    PerExample,
    Reference,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let epsilon = parameters.epsilon.value();
    let objective = objective(spec)?;
    let walk = Walk {
        objective,
        norm: Norm::Linf,
        epsilon,
        steps: parameters.steps,
        start: None,
    };
    let rule = Spsa {
        targeted: objective.targeted,
        epsilon,
        delta: parameters.delta.value(),
        samples: parameters.samples,
        streams: match parameters.sharing {
            Sharing::PerExample => batch.streams(noise, Purpose::Spsa),
            Sharing::Reference => vec![noise.stream(SHARED, Purpose::Spsa)],
        },
        adam: Adam::new(&batch.x, parameters.learning_rate)?,
    };
    Ascent::begin(model, batch, walk, rule)
}

struct Spsa {
    targeted: bool,
    epsilon: f64,
    delta: f64,
    samples: usize,
    /// One for each example, or one for all.
    streams: Vec<Stream>,
    adam: Adam,
}

impl Spsa {
    /// The next `count` directions, `[N or 1, count, ...]`. Every direction begins with a new word of its stream,
    /// so that it does not depend on how many are drawn at a time.
    fn directions(&mut self, count: usize, batch: &Batch) -> Result<Tensor> {
        let values = batch.values();
        let mut signs = Vec::with_capacity(self.streams.len() * count * values);
        for stream in &mut self.streams {
            for _ in 0..count {
                signs.extend(stream.signs(values));
            }
        }
        let mut shape = batch.x.size();
        shape[0] = self.streams.len() as i64;
        shape.insert(1, count as i64);
        Ok(Tensor::f_from_slice(&signs)?
            .f_view(shape.as_slice())?
            .f_to_device(batch.x.device())?
            .f_to_kind(batch.x.f_kind()?)?)
    }

    /// The sum over `count` directions of (m(x + δ v) − m(x − δ v)) · v, with m what is climbed.
    fn sum(&mut self, here: &mut Here<'_>, count: usize) -> Result<Tensor> {
        let directions = self.directions(count, here.batch)?;
        let x = here.x.f_unsqueeze(1)?;
        let reach = directions.f_mul_scalar(self.delta)?;
        let sides = [x.f_add(&reach)?, x.f_sub(&reach)?];
        let points = Tensor::f_cat(&sides, 0)?.f_flatten(0, 1)?;
        let labels = here.batch.labels.f_unsqueeze(1)?;
        let labels = labels.f_repeat([2, count as i64])?.f_flatten(0, 1)?;
        let margins = loss::margin(&here.logits_at(&points)?, &labels)?;
        let margins = margins.f_view([2, -1, count as i64])?;
        // The margin is what an attack without a target lowers.
        let (from, to) = match self.targeted {
            true => (1, 0),
            false => (0, 1),
        };
        let slope = margins
            .f_select(0, to)?
            .f_sub(&margins.f_select(0, from)?)?;
        // Where one side has no prediction the pair says nothing.
        let slope = slope.f_masked_fill(&slope.f_isfinite()?.f_logical_not()?, 0.0)?;
        let mut shape = vec![1; directions.dim()];
        shape[..2].copy_from_slice(&[-1, count as i64]);
        let weighted = directions.f_mul(&slope.f_reshape(shape.as_slice())?)?;
        Ok(weighted.f_sum_dim_intlist([1].as_slice(), false, None::<Kind>)?)
    }
}

impl Rule for Spsa {
    fn gradient_here(&self) -> bool {
        false
    }

    fn next(&mut self, mut here: Here<'_>) -> Result<Tensor> {
        let most = (MOST_IMAGES / 2 / here.batch.len().max(1)).max(1);
        let mut sum = here.x.f_zeros_like()?;
        let mut left = self.samples;
        while left > 0 {
            let count = left.min(most);
            sum = sum.f_add(&self.sum(&mut here, count)?)?;
            left -= count;
        }
        let gradient = sum.f_div_scalar(2.0 * self.delta * self.samples as f64)?;
        let moved = here.x.f_add(&self.adam.step(&gradient)?)?;
        ball::project(Norm::Linf, &moved, &here.batch.x, self.epsilon)
    }
}
