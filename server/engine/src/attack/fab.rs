//! FAB (Croce and Hein, arXiv 1907.02044): the smallest perturbation, by steps to the nearest linearised boundary.
//!
//! At a working point x with the class k whose boundary is nearest, d₁ and d₂ lead from x and from the image x₀ to the nearest
//! point of the plane z_k = z_y within the box ([`project`]). The next iterate is (1 − α)(x + η d₁) + α(x₀ + η d₂), in the range of
//! pixels, with α = min(‖d₁‖ / (‖d₁‖ + ‖d₂‖), α_max). From a misclassified iterate the search goes on at x₀ + β(x − x₀).
//!
//! An iterate is the point before that step back: it is what is misclassified, so the smallest perturbation is among the iterates.

pub(super) mod plane;
mod project;
mod start;

use super::{
    Bare, Batch, Departure, Differentiation, Entry, Passes, Place, Step, Steps, Traits, parameters,
};
use crate::ball;
use crate::error::{Error, Result};
use crate::model::{Forward, Model};
use crate::noise::{Noise, Purpose, Stream};
use crate::prediction;
use plane::Plane;
use serde::Deserialize;
use tch::{Kind, Tensor};
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::readings::Bound;
use valleyscope_shared::spec::{AttackSpec, Loss};

pub(super) const ENTRY: Entry = Entry {
    id: "fab",
    begin,
    traits: Traits {
        departure: Departure::AfterSuccess,
        random: true,
        ..Traits::minimum_norm(Differentiation::EachClass, Loss::CrossEntropy)
    },
};

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Parameters {
    pub norm: Norm,
    pub epsilon: Amount,
    pub steps: u32,
    /// Runs for each aim; all but the first begin at a random point.
    pub restarts: u32,
    pub alpha_max: f64,
    pub eta: f64,
    pub beta: f64,
    /// Whether further runs are made for images that are misclassified within epsilon too.
    #[serde(default)]
    pub exhaustive: bool,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    Ok(Box::new(Fab::new(model, batch, parameters(spec)?, noise)?))
}

pub(super) struct Fab<'a> {
    model: &'a dyn Model,
    /// The examples that are still there, and their places in the batch of the beginning.
    batch: Batch,
    rows: Vec<usize>,
    parameters: Parameters,
    /// Towards how many of the likeliest wrong classes, one after another; none for the nearest boundary of all.
    targets: Option<u32>,
    streams: Vec<Stream>,
    /// `[N]`: the smallest norm at which the example was misclassified, infinite before; 0 where it is at its clean point.
    smallest: Tensor,
    /// `[N, K]`: the classes by the clean logits, likeliest first, the label last.
    ranked: Option<Tensor>,
    passes: Passes,
    /// The next iterate and how many points were before it.
    next: Option<(u32, Tensor)>,
}

impl<'a> Fab<'a> {
    pub(super) fn new(
        model: &'a dyn Model,
        batch: Batch,
        parameters: Parameters,
        noise: Noise,
    ) -> Result<Self> {
        let kind = (batch.x.f_kind()?, batch.x.device());
        Ok(Self {
            model,
            parameters,
            targets: None,
            streams: batch.streams(noise, Purpose::Fab),
            smallest: Tensor::f_full([batch.len() as i64], f64::INFINITY, kind)?,
            ranked: None,
            passes: Passes::default(),
            next: Some((0, batch.x.f_detach()?)),
            rows: batch.rows(),
            batch,
        })
    }

    /// The same towards one class at a time.
    pub(super) fn towards(mut self, targets: u32) -> Self {
        self.targets = Some(targets);
        self
    }

    /// The same where the clean point was looked at before, with its wrong classes, likeliest first:
    /// towards the one at `rank`, or the nearest boundary of all; from a random point or the clean one.
    pub(super) fn after_clean(
        mut self,
        ranking: Tensor,
        rank: Option<u32>,
        random: bool,
    ) -> Result<Self> {
        let labels = self.batch.labels.f_unsqueeze(1)?;
        let classes = ranking.size()[1];
        let first = rank.map_or(0, |rank| i64::from(rank).min(classes - 1));
        let ranking = ranking.f_narrow(1, first, classes - first)?;
        self.targets = rank.map(|_| 1);
        self.ranked = Some(Tensor::f_cat(&[ranking, labels], 1)?);
        self.next = Some(match random {
            true => {
                let Parameters { norm, epsilon, .. } = &self.parameters;
                let radius = self.smallest.f_full_like(epsilon.value() / 2.0)?;
                (
                    0,
                    start::random(*norm, &self.batch, &radius, &mut self.streams)?,
                )
            }
            false => {
                let clean = self.batch.x.f_detach()?;
                (1, self.moved(0, &clean)?)
            }
        });
        Ok(self)
    }

    /// Notes what is misclassified here, `[N]`, and how far it is.
    fn note(&mut self, x: &Tensor, logits: &Tensor) -> Result<Tensor> {
        if self.ranked.is_none() {
            let others = prediction::wrong_classes(logits, &self.batch.labels)?;
            let label = self.batch.labels.f_unsqueeze(1)?;
            self.ranked = Some(Tensor::f_cat(&[others, label], 1)?);
        }
        let wrong = prediction::is_not(logits, &self.batch.labels)?;
        let norm = norm(self.parameters.norm, &x.f_sub(&self.batch.x)?)?.f_squeeze_dim(1)?;
        let norm = norm.f_masked_fill(&wrong.f_logical_not()?, f64::INFINITY)?;
        self.smallest = self.smallest.f_minimum(&norm)?;
        Ok(wrong)
    }

    /// Where the run begins whose first point this is.
    fn start(&mut self, point: u32) -> Result<Tensor> {
        let run = point / (self.parameters.steps + 1);
        if run.is_multiple_of(self.parameters.restarts.max(1)) {
            return Ok(self.batch.x.shallow_clone());
        }
        let Parameters { norm, epsilon, .. } = &self.parameters;
        // From within half the smallest norm, so that a restart looks for something smaller.
        let radius = self
            .smallest
            .f_clamp_max(epsilon.value())?
            .f_div_scalar(2.0)?;
        start::random(*norm, &self.batch, &radius, &mut self.streams)
    }

    /// The iterate after the working point `x`.
    fn moved(&mut self, point: u32, x: &Tensor) -> Result<Tensor> {
        let run = point / (self.parameters.steps + 1);
        let ranked = self.ranked.as_ref().ok_or(Error::Detached)?;
        let classes = match self.targets {
            None => ranked.f_narrow(1, 0, ranked.size()[1] - 1)?,
            Some(_) => ranked.f_narrow(1, i64::from(run / self.parameters.restarts.max(1)), 1)?,
        };
        let Parameters {
            norm: kind,
            alpha_max,
            eta,
            ..
        } = self.parameters;
        let plane = plane::nearest(kind, self.model, x, &self.batch.labels, &classes)?;
        let count = self.batch.len() as u64;
        self.passes.forward += count;
        self.passes.backward += count * classes.size()[1] as u64;

        let Plane { w, c } = plane;
        let (here, clean) = (ball::per_example(x)?, ball::per_example(&self.batch.x)?);
        // The same linear function at the image.
        let c_clean = w
            .f_mul(&clean.f_sub(&here)?)?
            .f_sum_dim_intlist([1].as_slice(), false, None::<Kind>)?
            .f_add(&c)?;
        let d = project::to_plane(kind, &here, &w, &c)?;
        let d_clean = project::to_plane(kind, &clean, &w, &c_clean)?;
        let (a, a_clean) = (length(kind, &d)?, length(kind, &d_clean)?);
        let alpha = a.f_div(&a.f_add(&a_clean)?)?.f_clamp_max(alpha_max)?;
        let ahead = here.f_add(&d.f_mul_scalar(eta)?)?;
        let pulled = clean.f_add(&d_clean.f_mul_scalar(eta)?)?;
        let moved = ahead
            .f_add(&pulled.f_sub(&ahead)?.f_mul(&alpha)?)?
            .f_clamp(0.0, 1.0)?;
        // What is misclassified as it is needs no perturbation.
        let stays = self.smallest.f_eq(0.0)?.f_unsqueeze(1)?;
        Ok(clean.f_where_self(&stays, &moved)?.f_view_as(x)?)
    }

    fn following(&mut self, point: u32, x: &Tensor, wrong: &Tensor) -> Result<Option<Tensor>> {
        let Parameters {
            steps,
            restarts,
            beta,
            ..
        } = self.parameters;
        let in_run = point % (steps + 1);
        if in_run == steps {
            let runs = restarts.max(1) * self.targets.unwrap_or(1);
            return match (point + 1) / (steps + 1) < runs {
                true => Ok(Some(self.start(point + 1)?)),
                false => Ok(None),
            };
        }
        let working = if in_run == 0 {
            x.shallow_clone()
        } else {
            let clean = &self.batch.x;
            let back = clean.f_add(&x.f_sub(clean)?.f_mul_scalar(beta)?)?;
            let mut shape = vec![1; x.dim()];
            shape[0] = -1;
            back.f_where_self(&wrong.f_view(shape.as_slice())?, x)?
        };
        Ok(Some(self.moved(point, &working)?))
    }
}

impl Fab<'_> {
    /// Looks at the next iterate: how many points were before it, and who is misclassified there.
    fn take(&mut self) -> Result<Option<(u32, Tensor, Forward, Tensor)>> {
        let Some((point, x)) = self.next.take() else {
            return Ok(None);
        };
        let forward = self.model.forward(&x)?;
        self.passes.forward += self.batch.len() as u64;
        let wrong = self.note(&x, &forward.logits)?;
        Ok(Some((point, x, forward, wrong)))
    }

    /// Goes on without those who were misclassified within epsilon; of their places those that stay.
    fn leave(&mut self) -> Result<Tensor> {
        let bound = Bound {
            norm: self.parameters.norm,
            epsilon: self.parameters.epsilon.value(),
        };
        let smallest = crate::measure::to_vec(&self.smallest)?;
        let stays: Vec<usize> = (0..smallest.len())
            .filter(|place| !bound.holds(smallest[*place]))
            .collect();
        self.keep(&stays)
    }

    /// Goes on with those at these places alone; the places as a tensor.
    fn keep(&mut self, stays: &[usize]) -> Result<Tensor> {
        let places: Vec<i64> = stays.iter().map(|place| *place as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.batch.x.device())?;
        self.batch = self.batch.select(stays)?;
        self.rows = stays.iter().map(|place| self.rows[*place]).collect();
        self.streams = stays
            .iter()
            .map(|place| self.streams[*place].clone())
            .collect();
        self.smallest = self.smallest.f_index_select(0, &places)?;
        if let Some(ranked) = &self.ranked {
            self.ranked = Some(ranked.f_index_select(0, &places)?);
        }
        Ok(places)
    }

    /// Goes on from a point that was looked at; where `leaves` without those who were misclassified within epsilon.
    fn go_on(&mut self, point: u32, x: &Tensor, wrong: &Tensor, leaves: bool) -> Result<()> {
        let (mut x, mut wrong) = (x.shallow_clone(), wrong.shallow_clone());
        if leaves {
            let stays = self.leave()?;
            x = x.f_index_select(0, &stays)?;
            wrong = wrong.f_index_select(0, &stays)?;
        }
        if !self.rows.is_empty() {
            let next = self.following(point, &x, &wrong)?;
            self.next = next.map(|next| (point + 1, next));
        }
        Ok(())
    }

    /// Whether an image that is misclassified within epsilon need go no further than this point: at the end of a run.
    fn is_done_at(&self, point: u32) -> bool {
        !self.parameters.exhaustive && point % (self.parameters.steps + 1) == self.parameters.steps
    }
}

impl Steps for Fab<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        let _guard = tch::no_grad_guard();
        let Some((point, x, Forward { logits, features }, wrong)) = self.take()? else {
            return Ok(None);
        };
        let rows = self.rows.clone();
        self.go_on(point, &x, &wrong, self.is_done_at(point))?;
        Ok(Some(Step {
            place: place(point),
            rows,
            x,
            logits,
            features,
            gradient: None,
        }))
    }

    fn bare(&mut self) -> Result<Option<Bare>> {
        let _guard = tch::no_grad_guard();
        let Some((point, x, Forward { logits, .. }, wrong)) = self.take()? else {
            return Ok(None);
        };
        let rows = self.rows.clone();
        self.go_on(point, &x, &wrong, point == 0 || self.is_done_at(point))?;
        Ok(Some(Bare {
            place: place(point),
            rows,
            x,
            logits: Some(logits),
        }))
    }

    fn settle(&mut self, rows: &[usize]) -> Result<()> {
        let stays: Vec<usize> = (0..self.rows.len())
            .filter(|place| !rows.contains(&self.rows[*place]))
            .collect();
        if stays.len() == self.rows.len() {
            return Ok(());
        }
        let places = self.keep(&stays)?;
        self.next = match self.next.take() {
            Some((point, x)) if !stays.is_empty() => Some((point, x.f_index_select(0, &places)?)),
            _ => None,
        };
        Ok(())
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}

fn place(point: u32) -> Place {
    match point {
        0 => Place::Clean,
        step => Place::Step(step),
    }
}

/// ‖x‖ per example, `[N, 1]`.
fn norm(norm: Norm, x: &Tensor) -> Result<Tensor> {
    let x = ball::per_example(x)?;
    match norm {
        Norm::Linf => Ok(x.f_abs()?.f_amax([1], true)?),
        Norm::L2 | Norm::L1 => ball::euclidean(&x),
    }
}

/// As [`norm`], but never so small that two of them cannot be compared.
fn length(kind: Norm, d: &Tensor) -> Result<Tensor> {
    Ok(norm(kind, d)?.f_clamp_min(1e-8)?)
}
