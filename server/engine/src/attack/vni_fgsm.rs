//! VNI-FGSM (Wang and He, arXiv 2103.15571): as NI-FGSM, with the gradient corrected by how much it varied around the last iterate.
//!
//! g ← μ g + (∇ + v) / mean|∇ + v|, and v ← mean of the gradients at n points drawn from x ± β ε, less ∇.
//! Our points are drawn for each example by itself, keyed by its index.

use super::ascent::{Ascent, Here, Rule, accumulate, by_mean, sign_step};
use super::mi_fgsm;
use super::ni_fgsm::ahead;
use super::{Batch, Differentiation, Entry, Steps, Traits, objective, parameters, traits};
use crate::error::Result;
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "vni_fgsm",
    begin,
    traits: Traits {
        random: true,
        ..Traits::ASCENT.ascending(traits::Ascent {
            gradient: Differentiation::Elsewhere,
            ..traits::Ascent::PROJECTED
        })
    },
};

#[derive(Deserialize)]
struct Parameters {
    neighbours: u32,
    beta: f64,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let common: mi_fgsm::Parameters = parameters(spec)?;
    let walk = common.walk(objective(spec)?);
    let rule = Variance {
        common,
        own: parameters(spec)?,
        streams: batch.streams(noise, Purpose::Neighbours),
        momentum: None,
        variance: None,
    };
    Ascent::begin(model, batch, walk, rule)
}

struct Variance {
    common: mi_fgsm::Parameters,
    own: Parameters,
    streams: Vec<Stream>,
    momentum: Option<Tensor>,
    variance: Option<Tensor>,
}

impl Variance {
    /// The mean gradient at points around the iterate. As published, they may lie outside the pixel range.
    fn around(&mut self, here: &mut Here<'_>) -> Result<Tensor> {
        let reach = self.own.beta * self.common.epsilon.value();
        let values = here.batch.values();
        let mut sum: Option<Tensor> = None;
        for _ in 0..self.own.neighbours {
            let shifts: Vec<f64> = (self.streams.iter_mut())
                .flat_map(|stream| (0..values).map(|_| reach * stream.signed_unit()))
                .collect();
            let point = here.x.f_add(&here.batch.like(&shifts)?)?;
            let gradient = here.gradient_at(&point)?;
            sum = Some(match sum {
                Some(sum) => sum.f_add(&gradient)?,
                None => gradient,
            });
        }
        let sum = match sum {
            Some(sum) => sum,
            None => here.x.f_zeros_like()?,
        };
        Ok(sum.f_div_scalar(f64::from(self.own.neighbours.max(1)))?)
    }
}

impl Rule for Variance {
    fn gradient_here(&self) -> bool {
        false
    }

    fn next(&mut self, mut here: Here<'_>) -> Result<Tensor> {
        let (decay, step_size) = (self.common.decay, self.common.step_size.value());
        let ahead = ahead(here.x, self.momentum.as_ref(), decay * step_size)?;
        let gradient = here.gradient_at(&ahead)?;
        let corrected = match &self.variance {
            Some(variance) => gradient.f_add(variance)?,
            None => gradient.shallow_clone(),
        };
        let momentum = accumulate(self.momentum.as_ref(), decay, by_mean(&corrected)?)?;
        self.variance = Some(self.around(&mut here)?.f_sub(&gradient)?);
        let next = sign_step(&here, &momentum, step_size, self.common.epsilon.value())?;
        self.momentum = Some(momentum);
        Ok(next)
    }
}
