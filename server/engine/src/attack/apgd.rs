//! APGD (Croce and Hein, arXiv 2003.01690): projected ascent whose steps begin at 2ε and are halved, image by image,
//! at fixed looks where the loss no longer rises; it then goes on from the image's best point.
//!
//! z = Π(x_t + η · steepest(∇ loss)) and x_{t+1} = Π(x_t + 3/4 (z − x_t) + 1/4 (x_t − x_{t−1})); the first step goes to z.

mod climb;
mod leave;
mod schedule;

use super::{
    Bare, Batch, Departure, Entry, Passes, Place, Step, Steps, Traits, objective, parameters,
};
use crate::ball;
use crate::error::{Error, Result};
use crate::loss::{InputGradient, Objective, gradient};
use crate::model::{Forward, Model};
use crate::noise::{Noise, Purpose, Stream};
use crate::prediction::wrong_classes;
use climb::{Climb, Point, Rules};
use serde::Deserialize;
use tch::{Kind, Tensor};
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "apgd",
    begin,
    traits: TRAITS,
};

/// When it looks at its steps depends on their number.
pub(super) const TRAITS: Traits = Traits {
    departure: Departure::AfterSuccess,
    prefix_stable: false,
    ..Traits::ASCENT
};

#[derive(Deserialize)]
struct Fields {
    norm: Norm,
    epsilon: Amount,
    steps: u32,
    #[serde(default = "once")]
    restarts: u32,
    rho: f64,
    eot: u32,
    random_start: bool,
}

fn once() -> u32 {
    1
}

/// What an APGD does, whoever asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters {
    pub objective: Objective,
    pub norm: Norm,
    pub epsilon: f64,
    /// Updates of one run.
    pub steps: u32,
    /// Runs; where `ranked`, one for each of as many wrong classes.
    pub runs: u32,
    /// Whether each run aims at a wrong class by its rank at the clean image; the batch's labels are then the true ones.
    pub ranked: bool,
    pub rho: f64,
    /// Passes over which a gradient is averaged.
    pub eot: u32,
    pub random_start: bool,
}

impl Parameters {
    /// Those of a spec, with its number of restarts as runs.
    pub fn of(spec: &AttackSpec) -> Result<Self> {
        let fields: Fields = parameters(spec)?;
        Ok(Self {
            objective: objective(spec)?,
            norm: fields.norm,
            epsilon: fields.epsilon.value(),
            steps: fields.steps,
            runs: fields.restarts.max(1),
            ranked: false,
            rho: fields.rho,
            eot: fields.eot.max(1),
            random_start: fields.random_start,
        })
    }
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters = Parameters::of(spec)?;
    Ok(Box::new(Apgd::begin(model, batch, parameters, noise)?))
}

pub(super) struct Apgd<'a> {
    model: &'a dyn Model,
    /// The examples that are still there, and their places in the batch of the beginning.
    batch: Batch,
    rows: Vec<usize>,
    /// Of each of them, whether this run has seen it succeed.
    settled: Vec<bool>,
    parameters: Parameters,
    streams: Vec<Stream>,
    passes: Passes,
    /// `[N, K − 1]`, the wrong classes in falling order of the clean logits, where runs aim at them.
    ranking: Option<Tensor>,
    /// The run, from 0, and how many updates it has made.
    run: u32,
    updates: u32,
    climb: Option<Climb>,
    /// The next point and its place, nothing after the last.
    next: Option<(Place, Tensor)>,
}

/// What is found at a point.
struct Found {
    logits: Tensor,
    features: Tensor,
    losses: Tensor,
    gradient: Option<InputGradient>,
}

impl<'a> Apgd<'a> {
    /// On a batch, from its first point.
    ///
    /// # Errors
    ///
    /// More runs at ranked classes than there are wrong classes, and what LibTorch refuses.
    pub(super) fn begin(
        model: &'a dyn Model,
        batch: Batch,
        parameters: Parameters,
        noise: Noise,
    ) -> Result<Self> {
        let others = model
            .head()
            .weight
            .size()
            .first()
            .map_or(0, |classes| classes - 1);
        if parameters.ranked && i64::from(parameters.runs) > others {
            return Err(Error::Setting {
                field: "target_classes",
                value: parameters.runs.to_string(),
                expected: format!(
                    "the model has {others} wrong classes to aim at; at most as many are right"
                ),
            });
        }
        let clean = batch.x.f_detach()?;
        Ok(Self {
            model,
            streams: batch.streams(noise, Purpose::Apgd),
            rows: batch.rows(),
            settled: vec![false; batch.len()],
            batch,
            parameters,
            passes: Passes::default(),
            ranking: None,
            run: 0,
            updates: 0,
            climb: None,
            next: Some((Place::Clean, clean)),
        })
    }

    /// The same from its random start on, where the clean point was looked at before:
    /// `ranking` has its wrong classes, likeliest first, and a run that aims at them takes the one at `rank`.
    pub(super) fn after_clean(mut self, ranking: Tensor, rank: u32) -> Result<Self> {
        let classes = ranking.size()[1];
        let rank = i64::from(rank).min(classes - 1);
        self.ranking = Some(ranking.f_narrow(1, rank, classes - rank)?);
        self.next = Some((Place::Start, self.start()?));
        Ok(self)
    }

    /// What is climbed at these logits, `[N]`.
    fn losses(&mut self, place: Place, logits: &Tensor) -> Result<Tensor> {
        let (labels, truth) = (&self.batch.labels, &self.batch.truth);
        let objective = self.parameters.objective;
        if !self.parameters.ranked {
            return objective.losses(logits, labels, Some(truth));
        }
        if place == Place::Clean {
            self.ranking = Some(wrong_classes(logits, labels)?);
        }
        let ranking = self.ranking.as_ref().ok_or(Error::Detached)?;
        let targets = ranking.f_select(1, i64::from(self.run))?;
        let objective = Objective {
            targeted: true,
            ..objective
        };
        objective.losses(logits, &targets, Some(labels))
    }

    /// One pass, or as many as the gradient is averaged over; of those the last gives the logits.
    fn look(&mut self, place: Place, x: &Tensor, wanted: bool, times: u32) -> Result<Found> {
        let count = self.batch.len() as u64;
        let mut sum: Option<InputGradient> = None;
        let mut done = 0;
        loop {
            let x = x.f_detach()?.f_set_requires_grad(wanted)?;
            let Forward { logits, features } = self.model.forward(&x)?;
            let losses = self.losses(place, &logits)?;
            self.passes.forward += count;
            if wanted {
                let own = gradient(&losses.f_sum(None::<Kind>)?, &x)?;
                let own = InputGradient::of(own, None)?;
                self.passes.backward += count;
                sum = Some(match sum {
                    Some(sum) => InputGradient {
                        direction: sum.direction.f_add(&own.direction)?,
                        scale: None,
                        finite: sum.finite.f_logical_and(&own.finite)?,
                    },
                    None => own,
                });
            }
            done += 1;
            if done >= times {
                let mean = match sum {
                    Some(sum) => Some(InputGradient {
                        direction: sum.direction.f_div_scalar(f64::from(done))?,
                        ..sum
                    }),
                    None => None,
                };
                return Ok(Found {
                    logits: logits.f_detach()?,
                    features: features.f_detach()?,
                    losses: losses.f_detach()?,
                    gradient: mean,
                });
            }
        }
    }

    /// Where a run begins.
    fn start(&mut self) -> Result<Tensor> {
        let Parameters {
            norm,
            epsilon,
            random_start,
            ..
        } = self.parameters;
        let clean = &self.batch.x;
        if !random_start {
            return Ok(clean.f_detach()?);
        }
        let values = self.batch.values();
        let points: Vec<f64> = (self.streams.iter_mut())
            .flat_map(|stream| ball::outermost_point(norm, epsilon, values, stream))
            .collect();
        ball::project(
            norm,
            &clean.f_add(&self.batch.like(&points)?)?,
            clean,
            epsilon,
        )
    }

    /// The point of the run after this one.
    fn update(&mut self, x: &Tensor, found: &Found) -> Result<Tensor> {
        let point = Point {
            x,
            losses: &found.losses,
            gradient: &found.gradient.as_ref().ok_or(Error::Detached)?.direction,
        };
        self.updates += 1;
        if let Some(climb) = &mut self.climb {
            return climb.next(&point, &self.batch.x);
        }
        let Parameters {
            norm,
            epsilon,
            rho,
            steps,
            ..
        } = self.parameters;
        let rules = Rules { norm, epsilon, rho };
        let (climb, next) = Climb::begin(rules, steps, &point, &self.batch.x)?;
        self.climb = Some(climb);
        Ok(next)
    }
}

impl Apgd<'_> {
    /// Whether nothing is moved at a place: at the clean image before a random start, which belongs to no run, and at a run's end.
    fn rests(&self, place: Place) -> bool {
        self.is_apart(place) || self.updates == self.parameters.steps
    }

    fn is_apart(&self, place: Place) -> bool {
        place == Place::Clean && self.parameters.random_start
    }

    /// Looks at the next point, with its gradient where it moves the point or is `wanted` besides.
    fn take(&mut self, wanted: bool) -> Result<Option<(Place, Tensor, Found)>> {
        let Some((place, x)) = self.next.take() else {
            return Ok(None);
        };
        let moves = !self.rests(place);
        let times = if moves { self.parameters.eot } else { 1 };
        let found = self.look(place, &x, moves || wanted, times)?;
        Ok(Some((place, x, found)))
    }

    /// Makes ready the point that follows.
    fn go_on(&mut self, place: Place, x: &Tensor, found: &Found) -> Result<()> {
        let _guard = tch::no_grad_guard();
        let number = match place {
            Place::Step(number) => number + 1,
            Place::Clean | Place::Start => 1,
        };
        self.next = if self.is_apart(place) {
            Some((Place::Start, self.start()?))
        } else if !self.rests(place) {
            Some((Place::Step(number), self.update(x, found)?))
        } else if self.run + 1 < self.parameters.runs {
            self.run += 1;
            self.updates = 0;
            self.climb = None;
            Some((Place::Step(number), self.start()?))
        } else {
            None
        };
        Ok(())
    }
}

impl Apgd<'_> {
    /// Goes on from a point: between two runs without those who succeeded, and where `settles` without those who are wrong as they are.
    fn pass_on(&mut self, place: Place, x: &Tensor, found: &Found, settles: bool) -> Result<()> {
        let between = self.rests(place) && !self.is_apart(place);
        if self.parameters.runs > 1 || (self.is_apart(place) && settles) {
            self.note(&found.logits)?;
        }
        if between || (self.is_apart(place) && settles) {
            self.leave()?;
        }
        match self.rows.is_empty() {
            true => Ok(()),
            false => self.go_on(place, x, found),
        }
    }
}

impl Steps for Apgd<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        let Some((place, x, found)) = self.take(self.batch.last_gradient)? else {
            return Ok(None);
        };
        let rows = self.rows.clone();
        self.pass_on(place, &x, &found, false)?;
        Ok(Some(Step {
            place,
            rows,
            x,
            logits: found.logits,
            features: found.features,
            gradient: found.gradient,
        }))
    }

    fn bare(&mut self) -> Result<Option<Bare>> {
        let Some((place, x, found)) = self.take(false)? else {
            return Ok(None);
        };
        let rows = self.rows.clone();
        self.pass_on(place, &x, &found, true)?;
        Ok(Some(Bare {
            place,
            rows,
            x,
            logits: Some(found.logits),
        }))
    }

    fn settle(&mut self, rows: &[usize]) -> Result<()> {
        let stays: Vec<usize> = (0..self.rows.len())
            .filter(|place| !rows.contains(&self.rows[*place]))
            .collect();
        self.keep(&stays)
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}
