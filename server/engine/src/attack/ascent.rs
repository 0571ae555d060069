//! Ascent in a ball: a start, and then a rule that takes each iterate to the next.

use super::look::Look;
use super::{Bare, Batch, Passes, Place, Step, Steps};
use crate::ball;
use crate::error::Result;
use crate::loss::{InputGradient, Objective};
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use tch::Tensor;
use valleyscope_shared::field::Norm;

/// How an iterate becomes the next.
pub(super) trait Rule {
    /// Whether the gradient at the iterate is what moves it. Where it is not, none is computed there.
    fn gradient_here(&self) -> bool {
        true
    }

    /// The gradient at the iterate `x` (which requires one) from its logits: the objective's, unless a rule has its own.
    fn gradient(
        &mut self,
        objective: &Objective,
        x: &Tensor,
        logits: &Tensor,
        batch: &Batch,
    ) -> Result<InputGradient> {
        objective.gradient(x, logits, &batch.labels)
    }

    /// The next iterate.
    fn next(&mut self, here: Here<'_>) -> Result<Tensor>;
}

/// The iterate that a rule moves.
pub(super) struct Here<'a> {
    /// `[N, ...]`, detached.
    pub x: &'a Tensor,
    /// The gradient there, where the rule wants it.
    pub gradient: Option<&'a InputGradient>,
    pub batch: &'a Batch,
    model: &'a dyn Model,
    objective: Objective,
    passes: &'a mut Passes,
}

impl Here<'_> {
    /// The objective's gradient at another point, with its passes counted.
    pub fn gradient_at(&mut self, x: &Tensor) -> Result<Tensor> {
        Ok(self.scaled_gradient_at(x)?.direction)
    }

    /// The same with its scale.
    pub fn scaled_gradient_at(&mut self, x: &Tensor) -> Result<InputGradient> {
        let gradient = tch::with_grad(|| -> Result<InputGradient> {
            let x = x.f_detach()?.f_set_requires_grad(true)?;
            let logits = self.model.forward(&x)?.logits;
            self.objective.gradient(&x, &logits, &self.batch.labels)
        })?;
        let count = self.batch.indices.len() as u64;
        self.passes.forward += count;
        self.passes.backward += count;
        Ok(gradient)
    }

    /// The logits at other points, however many, with their passes counted.
    pub fn logits_at(&mut self, x: &Tensor) -> Result<Tensor> {
        let _guard = tch::no_grad_guard();
        self.passes.forward += x.size()[0] as u64;
        self.model.forward(x).map(|forward| forward.logits)
    }
}

/// What to climb, how far and how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    pub objective: Objective,
    pub norm: Norm,
    pub epsilon: f64,
    pub steps: u32,
    /// The noise of a random start.
    pub start: Option<Noise>,
}

pub(super) struct Ascent<'a> {
    model: &'a dyn Model,
    batch: Batch,
    walk: Walk,
    /// How many runs of the walk follow one another.
    runs: u32,
    /// Each example's random starts of the runs after the first.
    restarts: Vec<Stream>,
    rule: Box<dyn Rule>,
    passes: Passes,
    /// The next iterate and its place, nothing after the last.
    next: Option<(Place, Tensor)>,
}

impl<'a> Ascent<'a> {
    pub(super) fn begin(
        model: &'a dyn Model,
        batch: Batch,
        walk: Walk,
        rule: impl Rule + 'static,
    ) -> Result<Box<dyn Steps + 'a>> {
        Self::begin_runs(model, batch, walk, rule, 1)
    }

    /// Several runs one after another; each after the first begins at a random point of its own, as an ordinary step.
    /// The rule must remember nothing.
    pub(super) fn begin_runs(
        model: &'a dyn Model,
        batch: Batch,
        walk: Walk,
        rule: impl Rule + 'static,
        runs: u32,
    ) -> Result<Box<dyn Steps + 'a>> {
        let clean = batch.x.f_detach()?;
        let restarts = match walk.start {
            Some(noise) if runs > 1 => batch.streams(noise, Purpose::Restart),
            _ => Vec::new(),
        };
        Ok(Box::new(Self {
            model,
            batch,
            walk,
            runs,
            restarts,
            rule: Box::new(rule),
            passes: Passes::default(),
            next: Some((Place::Clean, clean)),
        }))
    }

    /// A random point of each example's ball.
    fn random_point(&self, streams: &mut [Stream]) -> Result<Tensor> {
        let x = &self.batch.x;
        let Walk { norm, epsilon, .. } = self.walk;
        let values = self.batch.values();
        let points: Vec<f64> = streams
            .iter_mut()
            .flat_map(|stream| ball::random_point(norm, epsilon, values, stream))
            .collect();
        let shift = self.batch.like(&points)?;
        ball::project(norm, &x.f_add(&shift)?, x, epsilon)
    }

    fn restart(&mut self) -> Result<Tensor> {
        let mut streams = std::mem::take(&mut self.restarts);
        let point = self.random_point(&mut streams);
        self.restarts = streams;
        point
    }

    /// Where the point after this one comes from.
    fn after(&self, place: Place) -> Next {
        let length = self.walk.steps.saturating_add(1);
        match (place, self.walk.start) {
            (Place::Clean, Some(noise)) => Next::Start(noise),
            (Place::Clean | Place::Start, _) => Next::Moved(1),
            (Place::Step(step), _) if step + 1 >= length.saturating_mul(self.runs) => Next::Nothing,
            (Place::Step(step), _) if (step + 1) % length == 0 => Next::Restart(step + 1),
            (Place::Step(step), _) => Next::Moved(step + 1),
        }
    }

    /// The pass at an iterate, with its gradient where it is wanted.
    fn look(&mut self, x: &Tensor, wants_gradient: bool) -> Result<Look> {
        let (rule, objective, batch) = (&mut self.rule, &self.walk.objective, &self.batch);
        let gradient = wants_gradient
            .then_some(|x: &Tensor, logits: &Tensor| rule.gradient(objective, x, logits, batch));
        Look::at(self.model, x, &mut self.passes, gradient)
    }

    /// Makes ready the point that follows.
    fn go_on(&mut self, after: Next, x: &Tensor, gradient: Option<&InputGradient>) -> Result<()> {
        let _guard = tch::no_grad_guard();
        self.next = match after {
            Next::Nothing => None,
            Next::Start(noise) => {
                let mut streams = self.batch.streams(noise, Purpose::Start);
                Some((Place::Start, self.random_point(&mut streams)?))
            }
            Next::Restart(step) => Some((Place::Step(step), self.restart()?)),
            Next::Moved(step) => Some((Place::Step(step), self.moved(x, gradient)?)),
        };
        Ok(())
    }

    fn moved(&mut self, x: &Tensor, gradient: Option<&InputGradient>) -> Result<Tensor> {
        self.rule.next(Here {
            x,
            gradient,
            batch: &self.batch,
            model: self.model,
            objective: self.walk.objective,
            passes: &mut self.passes,
        })
    }
}

/// What follows a point.
enum Next {
    Nothing,
    /// The random start.
    Start(Noise),
    /// The random start of a further run.
    Restart(u32),
    /// What the rule makes of it.
    Moved(u32),
}

impl Steps for Ascent<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        let Some((place, x)) = self.next.take() else {
            return Ok(None);
        };
        let after = self.after(place);
        // Before a random start and at the end nothing is moved: there the gradient is only for the measures.
        let moves = matches!(after, Next::Moved(_));
        let wants_gradient = self.rule.gradient_here() && (moves || self.batch.last_gradient);
        let look = self.look(&x, wants_gradient)?;
        self.go_on(after, &look.x, look.gradient.as_ref())?;
        Ok(Some(look.step(place, self.batch.rows())))
    }

    fn bare(&mut self) -> Result<Option<Bare>> {
        let Some((place, x)) = self.next.take() else {
            return Ok(None);
        };
        let after = self.after(place);
        let moves = matches!(after, Next::Moved(_));
        let look = match moves && self.rule.gradient_here() {
            true => Some(self.look(&x, true)?),
            false => None,
        };
        let gradient = look.as_ref().and_then(|look| look.gradient.as_ref());
        let x = x.f_detach()?;
        self.go_on(after, &x, gradient)?;
        Ok(Some(Bare {
            place,
            rows: self.batch.rows(),
            x,
            logits: look.map(|look| look.logits),
        }))
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}

/// x + α·sign(direction), brought back into the linf ball and [0, 1].
pub(super) fn sign_step(
    here: &Here<'_>,
    direction: &Tensor,
    step_size: f64,
    epsilon: f64,
) -> Result<Tensor> {
    let moved = here
        .x
        .f_add(&direction.f_sign()?.f_mul_scalar(step_size)?)?;
    ball::project(Norm::Linf, &moved, &here.batch.x, epsilon)
}

/// Each example's gradient divided by its mean absolute value; a zero gradient stays zero.
pub(super) fn by_mean(gradient: &Tensor) -> Result<Tensor> {
    let rows = ball::per_example(gradient)?;
    let mean = rows
        .f_abs()?
        .f_mean_dim([1_i64].as_slice(), true, None::<tch::Kind>)?;
    let mean = mean.f_masked_fill(&mean.f_eq(0.0)?, 1.0)?;
    Ok(rows.f_div(&mean)?.f_view_as(gradient)?)
}

/// `momentum` times the factor, plus `gradient`; the gradient alone before there is any.
pub(super) fn accumulate(
    momentum: Option<&Tensor>,
    decay: f64,
    gradient: Tensor,
) -> Result<Tensor> {
    Ok(match momentum {
        Some(momentum) => momentum.f_mul_scalar(decay)?.f_add(&gradient)?,
        None => gradient,
    })
}
