//! Projected ascent: FGSM (arXiv 1412.6572) and PGD (arXiv 1706.06083).
//!
//! x ← Π(x + α · steepest(∇ loss)), where Π projects into the ball and then into [0, 1].

use super::{Batch, Passes, Place, Step, Steps, Walk};
use crate::ball;
use crate::error::Result;
use crate::loss::Objective;
use crate::model::{Forward, Model};
use crate::noise::{Noise, Purpose};
use tch::Tensor;

pub(super) struct Ascent<'a> {
    model: &'a dyn Model,
    batch: Batch,
    objective: Objective,
    walk: Walk,
    passes: Passes,
    /// The next iterate and its place, nothing after the last.
    next: Option<(Place, Tensor)>,
}

impl<'a> Ascent<'a> {
    pub(super) fn new(
        model: &'a dyn Model,
        batch: Batch,
        objective: Objective,
        walk: Walk,
    ) -> Result<Self> {
        let clean = batch.x.f_detach()?;
        Ok(Self {
            model,
            batch,
            objective,
            walk,
            passes: Passes::default(),
            next: Some((Place::Clean, clean)),
        })
    }

    fn random_start(&self, noise: Noise) -> Result<Tensor> {
        let x = &self.batch.x;
        let count = self.batch.indices.len();
        let values = x.numel().checked_div(count).unwrap_or(0);
        let points: Vec<f64> = self
            .batch
            .indices
            .iter()
            .flat_map(|index| {
                let mut stream = noise.stream(*index, Purpose::Start);
                ball::random_point(self.walk.norm, self.walk.epsilon, values, &mut stream)
            })
            .collect();
        let shift = Tensor::f_from_slice(&points)?
            .f_view_as(x)?
            .f_to_device(x.device())?
            .f_to_kind(x.f_kind()?)?;
        ball::project(self.walk.norm, &x.f_add(&shift)?, x, self.walk.epsilon)
    }

    fn update(&self, x: &Tensor, gradient: &Tensor) -> Result<Tensor> {
        let direction = ball::direction(self.walk.norm, gradient)?;
        let moved = x.f_add(&direction.f_mul_scalar(self.walk.step_size)?)?;
        ball::project(self.walk.norm, &moved, &self.batch.x, self.walk.epsilon)
    }
}

impl Steps for Ascent<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        let Some((place, x)) = self.next.take() else {
            return Ok(None);
        };
        let count = self.batch.indices.len() as u64;
        let is_last = place == Place::Step(self.walk.steps);
        // The clean point before a random start moves nothing: its gradient is only for the measures.
        let moves_nothing = place == Place::Clean && self.walk.start.is_some();
        let for_update = !is_last && !moves_nothing;
        let wants_gradient = for_update || self.batch.last_gradient;

        let x = x.f_detach()?.f_set_requires_grad(wants_gradient)?;
        let Forward { logits, features } = self.model.forward(&x)?;
        self.passes.forward += count;
        let gradient = if wants_gradient {
            self.passes.backward += count;
            Some(self.objective.gradient(&x, &logits, &self.batch.labels)?)
        } else {
            None
        };

        let _guard = tch::no_grad_guard();
        let x = x.f_detach()?;
        self.next = match (place, self.walk.start, &gradient) {
            (Place::Clean, Some(noise), _) => Some((Place::Start, self.random_start(noise)?)),
            (_, _, Some(gradient)) if !is_last => {
                let step = match place {
                    Place::Clean | Place::Start => 1,
                    Place::Step(step) => step + 1,
                };
                Some((Place::Step(step), self.update(&x, &gradient.direction)?))
            }
            _ => None,
        };
        Ok(Some(Step {
            place,
            x,
            logits: logits.f_detach()?,
            features: features.f_detach()?,
            gradient,
        }))
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}
