//! Square (Andriushchenko et al., arXiv 1912.00049): random search by squares, without gradients.
//!
//! One forward pass a query: a candidate that lowers the loss, or succeeds, becomes the best image; else the best stays with its
//! logits and features. An example that succeeds leaves, and passes are spent only on those that are left.

mod draw;
mod l2;
mod linf;
mod schedule;

use super::{
    Ascent, Batch, Departure, Differentiation, Entry, Passes, Place, Step, Steps, Traits,
    parameters,
};
use crate::error::{Error, Result};
use crate::loss::Objective;
use crate::model::{Forward, Model};
use crate::noise::{Noise, Purpose};
use crate::prediction;
use draw::Draws;
pub(super) use schedule::Schedule;
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Gradient, Loss};

pub(super) const ENTRY: Entry = Entry {
    id: "square",
    begin,
    traits: Traits {
        // The rescaled schedule looks at how many queries there are.
        prefix_stable: false,
        random: true,
        departure: Departure::AtSuccess,
        ..Traits::ASCENT.ascending(Ascent {
            gradient: Differentiation::None,
            ..Ascent::TURNED
        })
    },
};

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Parameters {
    pub norm: Norm,
    pub epsilon: Amount,
    /// Queries after the random start, which is a query and a step too: the first.
    pub steps: u32,
    pub p_init: f64,
    pub loss: Loss,
    pub schedule: Schedule,
    pub sharing: Sharing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sharing {
    /// Each example draws its own squares.
    PerExample,
    /// As AutoAttack: all examples share the place of each square, and for linf its colours.
    Reference,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let targeted = spec.target().is_some();
    let square = Square::new(model, batch, parameters(spec)?, targeted, noise)?;
    Ok(Box::new(square))
}

pub(super) struct Square<'a> {
    model: &'a dyn Model,
    parameters: Parameters,
    targeted: bool,
    /// The examples that have not left, by their places in the batch; all tensors have one row for each.
    rows: Vec<usize>,
    clean: Tensor,
    labels: Tensor,
    draws: Draws,
    best: Option<Point>,
    passes: Passes,
    next: Option<Place>,
}

/// An image of each example with its own forward pass.
struct Point {
    x: Tensor,
    logits: Tensor,
    features: Tensor,
    /// `[N]`: what a candidate must lower; not a number where there is no prediction.
    loss: Tensor,
    /// `[N]`: whether the image succeeds.
    succeeds: Tensor,
}

impl<'a> Square<'a> {
    pub(super) fn new(
        model: &'a dyn Model,
        batch: Batch,
        parameters: Parameters,
        targeted: bool,
        noise: Noise,
    ) -> Result<Self> {
        let shared = match parameters.sharing {
            Sharing::PerExample => None,
            Sharing::Reference => Some(noise.shared(Purpose::Square)),
        };
        Ok(Self {
            model,
            parameters,
            targeted,
            rows: batch.rows(),
            draws: Draws::new(batch.streams(noise, Purpose::Square), shared),
            clean: batch.x.f_detach()?,
            labels: batch.labels,
            best: None,
            passes: Passes::default(),
            next: Some(Place::Clean),
        })
    }

    /// The same from its first query on, where the clean point was looked at before.
    pub(super) fn after_clean(mut self) -> Self {
        self.next = Some(Place::Step(1));
        self
    }

    /// The images that are asked about at this place.
    fn candidate(&mut self, place: Place) -> Result<Tensor> {
        let Parameters { norm, p_init, .. } = self.parameters;
        let epsilon = self.parameters.epsilon.value();
        let (query, best) = match (place, &self.best) {
            (Place::Step(step @ 2..), Some(best)) => (step - 2, &best.x),
            (Place::Step(_), _) => {
                return match norm {
                    Norm::Linf => linf::start(&self.clean, epsilon, &mut self.draws),
                    Norm::L2 | Norm::L1 => l2::start(&self.clean, epsilon, &mut self.draws),
                };
            }
            _ => return Ok(self.clean.shallow_clone()),
        };
        let schedule = self.parameters.schedule;
        let share = schedule.share(p_init, query, self.parameters.steps);
        let (_, _, height, width) = self.clean.size4()?;
        let side = schedule::side(norm, share, height, width);
        match norm {
            Norm::Linf => linf::candidate(&self.clean, best, epsilon, side, &mut self.draws),
            Norm::L2 | Norm::L1 => l2::candidate(&self.clean, best, epsilon, side, &mut self.draws),
        }
    }

    /// Asks the network.
    fn query(&mut self, x: Tensor) -> Result<Point> {
        let Forward { logits, features } = self.model.forward(&x)?;
        self.passes.forward += self.rows.len() as u64;
        if self.parameters.loss == Loss::Dlr {
            return Err(Error::Attack {
                id: ENTRY.id.to_owned(),
                reason: "loss: margin or cross_entropy is right".to_owned(),
            });
        }
        let objective = Objective {
            loss: self.parameters.loss,
            targeted: self.targeted,
            gradient: Gradient::default(),
        };
        // What others climb is lowered here.
        let loss = objective.losses(&logits, &self.labels, None)?.f_neg()?;
        // At a tie the margin is zero and the label may still be predicted, so it is the prediction that decides.
        let succeeds = match self.targeted {
            true => prediction::is(&logits, &self.labels)?,
            false => prediction::is_not(&logits, &self.labels)?,
        };
        Ok(Point {
            x,
            logits,
            features,
            loss,
            succeeds,
        })
    }

    /// Goes on without the examples that succeeded.
    fn leave(&mut self, best: Point) -> Result<()> {
        let leaves = prediction::flags(&best.succeeds)?;
        if !leaves.contains(&true) {
            self.best = Some(best);
            return Ok(());
        }
        let places: Vec<usize> = (0..leaves.len()).filter(|place| !leaves[*place]).collect();
        let index: Vec<i64> = places.iter().map(|place| *place as i64).collect();
        let index = Tensor::f_from_slice(&index)?.f_to_device(self.clean.device())?;
        let some = |tensor: &Tensor| tensor.f_index_select(0, &index);
        self.rows = places.iter().map(|place| self.rows[*place]).collect();
        self.draws.keep(&places);
        self.clean = some(&self.clean)?;
        self.labels = some(&self.labels)?;
        self.best = Some(Point {
            x: some(&best.x)?,
            logits: some(&best.logits)?,
            features: some(&best.features)?,
            loss: some(&best.loss)?,
            succeeds: some(&best.succeeds)?,
        });
        Ok(())
    }
}

impl Point {
    /// The other image where it lowers the loss or succeeds, or has a loss where this one has none; else this one.
    fn improved_by(self, other: Self) -> Result<Self> {
        let better = other.loss.f_lt_tensor(&self.loss)?;
        let better = better.f_logical_or(&other.succeeds)?;
        let first = other.loss.f_isnan()?.f_logical_not()?;
        let first = first.f_logical_and(&self.loss.f_isnan()?)?;
        let better = better.f_logical_or(&first)?;
        let of = |new: &Tensor, old: &Tensor| {
            let mut shape = vec![1; new.dim()];
            shape[0] = -1;
            new.f_where_self(&better.f_view(shape.as_slice())?, old)
        };
        Ok(Self {
            x: of(&other.x, &self.x)?,
            logits: of(&other.logits, &self.logits)?,
            features: of(&other.features, &self.features)?,
            // Where only the success is better, the loss to beat no longer matters: the example leaves.
            loss: of(&other.loss, &self.loss)?,
            succeeds: of(&other.succeeds, &self.succeeds)?,
        })
    }
}

impl Steps for Square<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        let Some(place) = self.next.take() else {
            return Ok(None);
        };
        let _guard = tch::no_grad_guard();
        let x = self.candidate(place)?;
        let asked = self.query(x)?;
        let best = match (place, self.best.take()) {
            (Place::Step(2..), Some(best)) => best.improved_by(asked)?,
            _ => asked,
        };
        let step = Step {
            place,
            rows: self.rows.clone(),
            x: best.x.shallow_clone(),
            logits: best.logits.shallow_clone(),
            features: best.features.shallow_clone(),
            gradient: None,
        };
        self.leave(best)?;
        self.next = match place {
            _ if self.rows.is_empty() => None,
            Place::Step(step) if step > self.parameters.steps => None,
            Place::Step(step) => Some(Place::Step(step + 1)),
            Place::Clean | Place::Start => Some(Place::Step(1)),
        };
        Ok(Some(step))
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}
