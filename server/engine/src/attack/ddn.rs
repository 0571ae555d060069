//! DDN, decoupling direction and norm (Rony et al., arXiv 1811.09600): δ ← ε · (δ + α g) / ‖δ + α g‖₂ with g the unit gradient,
//! where ε shrinks by γ at an iterate that fools the network and grows by γ at one that does not.
//!
//! α falls from 1 to 0.01 along half a cosine over the whole walk.

use super::look::Look;
use super::{
    Bare, Batch, Differentiation, Entry, Passes, Place, Step, Steps, Traits, objective, parameters,
};
use crate::ball;
use crate::error::{Error, Result};
use crate::loss::{InputGradient, Objective};
use crate::model::Model;
use crate::noise::Noise;
use crate::prediction;
use serde::Deserialize;
use std::f64::consts::PI;
use tch::Tensor;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Loss};

pub(super) const ENTRY: Entry = Entry {
    id: "ddn",
    begin,
    traits: Traits {
        prefix_stable: false,
        ..Traits::minimum_norm(Differentiation::Here, Loss::CrossEntropy)
    },
};

/// α at the end; it is 1 at the beginning.
const LAST_SIZE: f64 = 0.01;

#[derive(Deserialize)]
struct Parameters {
    steps: u32,
    gamma: f64,
    initial_epsilon: Amount,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let x = batch.x.f_detach()?;
    // The corner of [0, 1] that lies farthest away.
    let from_white = x.f_neg()?.f_add_scalar(1.0)?;
    let farthest = ball::euclidean(&x.f_maximum(&from_white)?)?;
    Ok(Box::new(Ddn {
        model,
        objective: objective(spec)?,
        epsilon: farthest.f_full_like(parameters.initial_epsilon.value())?,
        farthest,
        taken: 0,
        next: Some(x),
        passes: Passes::default(),
        parameters,
        batch,
    }))
}

struct Ddn<'a> {
    model: &'a dyn Model,
    batch: Batch,
    parameters: Parameters,
    objective: Objective,
    /// `[N, 1]`, the length of the next change, and what it cannot exceed.
    epsilon: Tensor,
    farthest: Tensor,
    taken: u32,
    next: Option<Tensor>,
    passes: Passes,
}

impl Steps for Ddn<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        let Some(x) = self.next.take() else {
            return Ok(None);
        };
        let place = match self.taken {
            0 => Place::Clean,
            taken => Place::Step(taken),
        };
        let is_last = self.taken == self.parameters.steps;
        let wants_gradient = !is_last || self.batch.last_gradient;
        let (objective, labels) = (self.objective, &self.batch.labels);
        let gradient = wants_gradient
            .then_some(|x: &Tensor, logits: &Tensor| objective.gradient(x, logits, labels));
        let look = Look::at(self.model, &x, &mut self.passes, gradient)?;
        let _guard = tch::no_grad_guard();
        if !is_last {
            let gradient = look.gradient.as_ref().ok_or(Error::Detached)?;
            self.next = Some(self.moved(&look.x, &look.logits, gradient)?);
            self.taken += 1;
        }
        Ok(Some(look.step(place, self.batch.rows())))
    }

    /// The last point decides nothing.
    fn bare(&mut self) -> Result<Option<Bare>> {
        if self.taken < self.parameters.steps {
            return Ok(self.step()?.map(Bare::from));
        }
        Ok(self.next.take().map(|x| Bare {
            place: Place::Step(self.taken),
            rows: self.batch.rows(),
            x,
            logits: None,
        }))
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}

impl Ddn<'_> {
    fn moved(&mut self, x: &Tensor, logits: &Tensor, gradient: &InputGradient) -> Result<Tensor> {
        let fooled = match self.objective.targeted {
            true => prediction::is(logits, &self.batch.labels)?,
            false => prediction::is_not(logits, &self.batch.labels)?,
        };
        let gamma = self.parameters.gamma;
        let (smaller, larger) = (
            self.epsilon.f_mul_scalar(1.0 - gamma)?,
            self.epsilon.f_mul_scalar(1.0 + gamma)?,
        );
        let epsilon = smaller.f_where_self(&fooled.f_unsqueeze(1)?, &larger)?;
        self.epsilon = epsilon.f_minimum(&self.farthest)?;

        let share = f64::from(self.taken) / f64::from(self.parameters.steps);
        let size = LAST_SIZE + (1.0 - LAST_SIZE) * (1.0 + (PI * share).cos()) / 2.0;
        let direction = ball::direction(Norm::L2, &gradient.direction)?;
        let change = x.f_sub(&self.batch.x)?;
        let change = change.f_add(&direction.f_mul_scalar(size)?)?;
        let length = ball::guard_zero(&ball::euclidean(&change)?)?;
        let factor = ball::as_factor(&self.epsilon.f_div(&length)?, x)?;
        let moved = self.batch.x.f_add(&change.f_mul(&factor)?)?;
        Ok(moved.f_clamp(0.0, 1.0)?)
    }
}
