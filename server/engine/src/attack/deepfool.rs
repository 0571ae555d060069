//! DeepFool (Moosavi-Dezfooli et al., arXiv 1511.04599): to the nearest boundary of the network made linear at the iterate.
//!
//! With f_k = z_k − z_y and w_k its gradient, the boundary to class k is |f_k| / ‖w_k‖₂ away;
//! the step leads to the nearest, r = |f_k| / ‖w_k‖₂² · w_k. An example leaves once its prediction is wrong.
//! All examples of the batch are differentiated together, class by class in the order of each one's first logits.

use super::{
    Batch, Departure, Differentiation, Entry, Passes, Place, Step, Steps, Traits, parameters,
};
use crate::ball;
use crate::error::Result;
use crate::loss::{gradient, gradient_keeping_graph};
use crate::model::{Forward, Model};
use crate::noise::Noise;
use crate::prediction;
use serde::Deserialize;
use tch::{Kind, Tensor};
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Loss};

pub(super) const ENTRY: Entry = Entry {
    id: "deepfool",
    begin,
    traits: Traits {
        departure: Departure::AtSuccess,
        ..Traits::minimum_norm(Differentiation::Candidates, Loss::Margin)
    },
};

#[derive(Deserialize)]
struct Parameters {
    steps: u32,
    overshoot: f64,
    candidates: i64,
    overshoot_at: OvershootAt,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OvershootAt {
    Total,
    EachStep,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    Ok(Box::new(DeepFool {
        model,
        parameters: parameters(spec)?,
        rows: batch.rows(),
        total: batch.x.f_zeros_like()?,
        others: None,
        taken: 0,
        next: Some(batch.x.f_detach()?),
        open: None,
        passes: Passes::default(),
        batch,
    }))
}

struct DeepFool<'a> {
    model: &'a dyn Model,
    /// The examples that are still there, and their places in the batch of the beginning.
    batch: Batch,
    rows: Vec<usize>,
    parameters: Parameters,
    /// `[N, ...]`, the sum of the steps without overshoot.
    total: Tensor,
    /// `[N, candidates − 1]`: the wrong classes that are looked at, the likeliest on the clean image first.
    others: Option<Tensor>,
    taken: u32,
    next: Option<Tensor>,
    /// The point that was handed out last, where a step from it may be asked for.
    open: Option<Open>,
    passes: Passes,
}

/// A point from which some examples go on.
///
/// The step is made when the next point is asked for: so it is paid by those that go on,
/// and what an example costs does not depend on who else is there.
struct Open {
    x: Tensor,
    logits: Tensor,
    others: Tensor,
    /// Who goes on, by their places at the point.
    stay: Vec<usize>,
}

impl Steps for DeepFool<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        if let Some(open) = self.open.take() {
            self.advance(&open)?;
        }
        let Some(x) = self.next.take() else {
            return Ok(None);
        };
        let place = match self.taken {
            0 => Place::Clean,
            taken => Place::Step(taken),
        };
        let moves = self.taken < self.parameters.steps;
        let x = x.f_detach()?.f_set_requires_grad(moves)?;
        let Forward { logits, features } = self.model.forward(&x)?;
        self.passes.forward += self.rows.len() as u64;
        let step = Step {
            place,
            rows: self.rows.clone(),
            x: x.f_detach()?,
            logits: logits.f_detach()?,
            features: features.f_detach()?,
            gradient: None,
        };
        let stay = match moves {
            true => not_wrong(&step.logits, &self.batch.labels)?,
            false => Vec::new(),
        };
        if !stay.is_empty() {
            let others = match self.others.take() {
                Some(others) => others,
                None => self.likeliest(&step.logits)?,
            };
            self.open = Some(Open {
                x,
                logits,
                others,
                stay,
            });
        }
        Ok(Some(step))
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}

impl DeepFool<'_> {
    fn likeliest(&self, logits: &Tensor) -> Result<Tensor> {
        let others = prediction::wrong_classes(logits, &self.batch.labels)?;
        let classes = logits.size()[1].min(self.parameters.candidates);
        Ok(others.f_narrow(1, 0, classes - 1)?)
    }

    /// The step to the nearest boundary, `[N, ...]`; none where no gradient leads to any.
    ///
    /// A class without a slope, as one whose row of the last layer is the label's own, has no boundary; nor has one that overflows.
    fn nearest(&mut self, open: &Open) -> Result<Tensor> {
        let Open {
            x, logits, others, ..
        } = open;
        let own = logits.f_gather(1, &self.batch.labels.f_unsqueeze(1)?, false)?;
        let classes = others.size()[1];
        let mut best: Option<(Tensor, Tensor)> = None;
        for class in 0..classes {
            let other = logits.f_gather(1, &others.f_narrow(1, class, 1)?, false)?;
            let difference = other.f_sub(&own)?;
            let sum = difference.f_sum(None::<Kind>)?;
            let slope = match class + 1 == classes {
                true => gradient(&sum, x)?,
                false => gradient_keeping_graph(&sum, x)?,
            };
            self.passes.backward += open.stay.len() as u64;
            let _guard = tch::no_grad_guard();
            let (far, length) = (difference.f_detach()?.f_abs()?, ball::euclidean(&slope)?);
            let there = length.f_gt(0.0)?.f_logical_and(&length.f_isfinite()?)?;
            let there = there.f_logical_and(&far.f_isfinite()?)?;
            let distance = far.f_div(&length)?;
            let distance = distance.f_masked_fill(&there.f_logical_not()?, f64::INFINITY)?;
            best = Some(match best {
                Some((least, direction)) => {
                    let nearer = distance.f_lt_tensor(&least)?;
                    let slope = slope.f_where_self(&ball::as_factor(&nearer, x)?, &direction)?;
                    (distance.f_where_self(&nearer, &least)?, slope)
                }
                None => (distance, slope),
            });
        }
        let _guard = tch::no_grad_guard();
        let Some((distance, slope)) = best else {
            return Ok(x.f_detach()?.f_zeros_like()?);
        };
        let unreachable = distance.f_isfinite()?.f_logical_not()?;
        let slope = slope.f_masked_fill(&ball::as_factor(&unreachable, x)?, 0.0)?;
        let distance = distance.f_masked_fill(&unreachable, 0.0)?;
        let direction = ball::direction(Norm::L2, &slope)?;
        Ok(direction.f_mul(&ball::as_factor(&distance, x)?)?)
    }

    /// Steps, and goes on with the examples that were not wrong yet.
    fn advance(&mut self, open: &Open) -> Result<()> {
        let nearest = self.nearest(open)?;
        let (x, stay) = (open.x.f_detach()?, &open.stay);
        let _guard = tch::no_grad_guard();
        let total = self.total.f_add(&nearest)?;
        let longer = 1.0 + self.parameters.overshoot;
        let next = match self.parameters.overshoot_at {
            OvershootAt::Total => self.batch.x.f_add(&total.f_mul_scalar(longer)?)?,
            OvershootAt::EachStep => x.f_add(&nearest.f_mul_scalar(longer)?)?,
        };
        let places: Vec<i64> = stay.iter().map(|place| *place as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(x.device())?;
        let those = |tensor: &Tensor| tensor.f_index_select(0, &places);
        self.next = Some(those(&next)?.f_clamp(0.0, 1.0)?);
        self.total = those(&total)?;
        self.others = Some(those(&open.others)?);
        self.batch = self.batch.select(stay)?;
        self.rows = stay.iter().map(|place| self.rows[*place]).collect();
        self.taken += 1;
        Ok(())
    }
}

/// The examples that are not predicted wrong, by their places.
fn not_wrong(logits: &Tensor, labels: &Tensor) -> Result<Vec<usize>> {
    let wrong = prediction::flags(&prediction::is_not(logits, labels)?)?;
    Ok((0..wrong.len()).filter(|place| !wrong[*place]).collect())
}
