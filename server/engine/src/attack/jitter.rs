//! Jitter (Schwinn et al., arXiv 2105.10304): the loss compares scaled, noisy probabilities with the label.
//!
//! ẑ = softmax(scale · z / ‖z‖∞) + σ · noise; the loss is the mean squared difference to the label's one-hot vector,
//! divided by ‖δ‖∞ where the prediction is already wrong, so that the pixels that moved farthest are drawn back.
//! The noise is drawn for each example by itself, keyed by its index.

use super::ascent::{Ascent, Here, Rule, Walk, sign_step};
use super::{Batch, Entry, Steps, Traits, objective, parameters, traits};
use crate::ball;
use crate::error::{Error, Result};
use crate::loss::{InputGradient, Objective, gradient};
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use crate::prediction;
use serde::Deserialize;
use tch::{Kind, Tensor};
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "jitter",
    begin,
    traits: Traits {
        random: true,
        // Its noise may turn the gradient.
        ..Traits::ASCENT.ascending(traits::Ascent::TURNED)
    },
};

#[derive(Deserialize)]
struct Parameters {
    epsilon: Amount,
    step_size: Amount,
    steps: u32,
    random_start: bool,
    scale: f64,
    noise: f64,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let walk = Walk {
        objective: objective(spec)?,
        norm: Norm::Linf,
        epsilon: parameters.epsilon.value(),
        steps: parameters.steps,
        start: parameters.random_start.then_some(noise),
    };
    let rule = Jitter {
        parameters,
        targeted: spec.target().is_some(),
        streams: batch.streams(noise, Purpose::Jitter),
    };
    Ascent::begin(model, batch, walk, rule)
}

struct Jitter {
    parameters: Parameters,
    targeted: bool,
    streams: Vec<Stream>,
}

impl Jitter {
    /// `[N]`, the loss that is climbed.
    fn loss(&mut self, x: &Tensor, logits: &Tensor, batch: &Batch) -> Result<Tensor> {
        let largest = logits.f_abs()?.f_amax([1], true)?;
        // All logits zero: every class is as likely, whatever they are divided by.
        let largest = largest.f_masked_fill(&largest.f_eq(0.0)?, 1.0)?;
        let scaled = logits
            .f_mul_scalar(self.parameters.scale)?
            .f_div(&largest)?;
        let mut probabilities = scaled.f_softmax(1, None::<Kind>)?;
        if self.parameters.noise > 0.0 {
            let classes = logits.size()[1];
            let sigma = self.parameters.noise;
            let noise: Vec<f64> = (self.streams.iter_mut())
                .flat_map(|stream| (0..classes).map(|_| sigma * stream.normal()))
                .collect();
            let noise = Tensor::f_from_slice(&noise)?
                .f_view_as(logits)?
                .f_to_kind(logits.f_kind()?)?
                .f_to_device(logits.device())?;
            probabilities = probabilities.f_add(&noise)?;
        }
        let wanted = logits.f_detach()?.f_zeros_like()?.f_scatter_value(
            1,
            &batch.labels.f_unsqueeze(1)?,
            1.0,
        )?;
        let loss = probabilities.f_sub(&wanted)?.f_square()?.f_mean_dim(
            [1_i64].as_slice(),
            false,
            None::<Kind>,
        )?;
        if self.targeted {
            // The target is what it should be like; how far the image moved does not count.
            return Ok(loss.f_neg()?);
        }
        let change = ball::per_example(&x.f_sub(&batch.x)?)?;
        let size = change.f_abs()?.f_amax([1], false)?;
        let wrong = prediction::is_not(logits, &batch.labels)?;
        let divides = wrong.f_logical_and(&size.f_ne(0.0)?)?;
        Ok(loss.f_div(&size.f_masked_fill(&divides.f_logical_not()?, 1.0)?)?)
    }
}

impl Rule for Jitter {
    fn gradient(
        &mut self,
        _objective: &Objective,
        x: &Tensor,
        logits: &Tensor,
        batch: &Batch,
    ) -> Result<InputGradient> {
        // The division by ‖δ‖∞ leads to x too, so a loss has a graph even where the network has none.
        if !logits.requires_grad() {
            return Err(Error::Detached);
        }
        let loss = self.loss(x, logits, batch)?.f_sum(None::<Kind>)?;
        InputGradient::of(gradient(&loss, x)?, None)
    }

    fn next(&mut self, here: Here<'_>) -> Result<Tensor> {
        let gradient = &here.gradient.ok_or(Error::Detached)?.direction;
        let Parameters {
            step_size, epsilon, ..
        } = &self.parameters;
        sign_step(&here, gradient, step_size.value(), epsilon.value())
    }
}
