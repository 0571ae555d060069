//! AutoAttack (Croce and Hein, arXiv 2003.01690): attacks one after another, each on the images that those before it left right.
//!
//! A run of a part goes on until its end for all images that it began with, as in the reference; an image that is misclassified
//! (by FAB: within epsilon) is in no later point, and the next run begins without it. Numbers of points do not depend on who left:
//! each run begins where it would if nobody had.

use super::apgd::{self, Apgd};
use super::fab::{self, Fab};
use super::square::{self, Square};
use super::{Batch, Departure, Entry, Kind, Passes, Place, Step, Steps, Traits, parameters};
use crate::ball;
use crate::error::Result;
use crate::loss::Objective;
use crate::model::{Forward, Model};
use crate::noise::Noise;
use crate::prediction;
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::readings::Bound;
use valleyscope_shared::spec::attack::autoattack::{Part, Stage, stages};
use valleyscope_shared::spec::{AttackSpec, Gradient, Loss};

pub(super) const ENTRY: Entry = Entry {
    id: "autoattack",
    begin,
    traits: Traits {
        kind: Kind::Ensemble,
        departure: Departure::AtSuccess,
        prefix_stable: false,
        random: true,
    },
};

#[derive(Deserialize)]
struct Parameters {
    version: String,
    norm: Norm,
    epsilon: Amount,
    steps: u32,
    queries: u32,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    Ok(Box::new(AutoAttack {
        model,
        batch,
        noise,
        parameters: parameters(spec)?,
        stages: stages(spec),
        stage: 0,
        before: 0,
        left: None,
        ranking: None,
        now: None,
        passes: Passes::default(),
    }))
}

struct AutoAttack<'a> {
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
    parameters: Parameters,
    stages: Vec<Stage>,
    stage: usize,
    /// How many points the stages before this one have.
    before: usize,
    /// The examples that are not misclassified yet, by their places in the batch; nothing before the clean point.
    left: Option<Vec<usize>>,
    /// `[N, K − 1]`: the wrong classes of every example, the likeliest at the clean image first.
    ranking: Option<Tensor>,
    now: Option<Now<'a>>,
    /// Of the stages that are over.
    passes: Passes,
}

/// The stage that is under way.
struct Now<'a> {
    /// The examples that it began with, by their places in the batch.
    rows: Vec<usize>,
    steps: Box<dyn Steps + 'a>,
    points: usize,
}

impl<'a> AutoAttack<'a> {
    fn clean(&mut self) -> Result<Step> {
        let _guard = tch::no_grad_guard();
        let x = self.batch.x.f_detach()?;
        let Forward { logits, features } = self.model.forward(&x)?;
        self.passes.forward += self.batch.len() as u64;
        self.ranking = Some(prediction::wrong_classes(&logits, &self.batch.labels)?);
        let wrong = prediction::flags(&prediction::is_not(&logits, &self.batch.labels)?)?;
        let rows = self.batch.rows();
        self.left = Some(rows.iter().copied().filter(|row| !wrong[*row]).collect());
        Ok(Step {
            place: Place::Clean,
            rows,
            x,
            logits,
            features,
            gradient: None,
        })
    }

    fn begin(&self, stage: Stage, rows: &[usize]) -> Result<Box<dyn Steps + 'a>> {
        let batch = self.batch.select(rows)?;
        let noise = self.noise.part(self.stage as u64);
        let places: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.batch.x.device())?;
        let ranking = match &self.ranking {
            Some(ranking) => ranking.f_index_select(0, &places)?,
            None => return Err(crate::error::Error::Detached),
        };
        let own = &self.parameters;
        let epsilon = own.epsilon.value();
        let climb = |loss: Loss, ranked: bool| apgd::Parameters {
            objective: Objective {
                loss,
                targeted: ranked,
                gradient: Gradient::Autograd,
            },
            norm: own.norm,
            epsilon,
            steps: own.steps,
            runs: 1,
            ranked,
            rho: 0.75,
            eot: if own.version == "rand" { 20 } else { 1 },
            random_start: true,
        };
        let apgd =
            |parameters| Apgd::begin(self.model, batch.select(&batch.rows())?, parameters, noise);
        let fab = || {
            let parameters = fab::Parameters {
                norm: own.norm,
                epsilon: own.epsilon.clone(),
                steps: own.steps,
                restarts: 1,
                alpha_max: 0.1,
                eta: 1.05,
                beta: 0.9,
            };
            Fab::new(self.model, batch.select(&batch.rows())?, parameters, noise)
        };
        Ok(match stage.part {
            Part::ApgdCe => {
                Box::new(apgd(climb(Loss::CrossEntropy, false))?.after_clean(ranking, 0)?)
            }
            Part::ApgdDlr => Box::new(apgd(climb(Loss::Dlr, false))?.after_clean(ranking, 0)?),
            Part::ApgdT => Box::new(apgd(climb(Loss::Dlr, true))?.after_clean(ranking, stage.run)?),
            Part::Fab => Box::new(fab()?.after_clean(ranking, None, stage.run > 0)?),
            Part::FabT => Box::new(fab()?.after_clean(ranking, Some(stage.run), false)?),
            Part::Square => {
                let parameters = square::Parameters {
                    norm: own.norm,
                    epsilon: own.epsilon.clone(),
                    steps: own.queries,
                    p_init: 0.8,
                    loss: Loss::Margin,
                    schedule: square::Schedule::Reference,
                    sharing: square::Sharing::PerExample,
                };
                let square = Square::new(
                    self.model,
                    batch.select(&batch.rows())?,
                    parameters,
                    false,
                    noise,
                )?;
                Box::new(square.after_clean())
            }
        })
    }

    /// Of these rows of a step, those that are misclassified, by FAB within epsilon.
    fn broken(&self, part: Part, step: &Step) -> Result<Vec<bool>> {
        let places: Vec<i64> = step.rows.iter().map(|row| *row as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.batch.x.device())?;
        let labels = self.batch.labels.f_index_select(0, &places)?;
        let wrong = prediction::flags(&prediction::is_not(&step.logits, &labels)?)?;
        if !matches!(part, Part::Fab | Part::FabT) {
            return Ok(wrong);
        }
        let clean = self.batch.x.f_index_select(0, &places)?;
        let change = ball::per_example(&step.x.f_sub(&clean)?)?;
        let order = match self.parameters.norm {
            Norm::Linf => f64::INFINITY,
            Norm::L2 => 2.0,
            Norm::L1 => 1.0,
        };
        let length = change.f_linalg_norm(order, [1].as_slice(), false, tch::Kind::Double)?;
        let bound = Bound {
            norm: self.parameters.norm,
            epsilon: self.parameters.epsilon.value(),
        };
        let inside = crate::measure::to_vec(&length)?;
        Ok(wrong
            .iter()
            .zip(inside)
            .map(|(wrong, length)| *wrong && bound.holds(length))
            .collect())
    }

    fn end_stage(&mut self) {
        if let Some(now) = self.now.take() {
            let passes = now.steps.passes();
            self.passes.forward += passes.forward;
            self.passes.backward += passes.backward;
        }
        self.before += self.stages.get(self.stage).map_or(0, |stage| stage.points);
        self.stage += 1;
    }
}

impl Steps for AutoAttack<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        loop {
            let Some(left) = self.left.clone() else {
                return Ok(Some(self.clean()?));
            };
            let Some(stage) = self.stages.get(self.stage).copied() else {
                return Ok(None);
            };
            if left.is_empty() {
                if self.now.is_some() {
                    self.end_stage();
                }
                return Ok(None);
            }
            let mut now = match self.now.take() {
                Some(now) => now,
                None => Now {
                    steps: self.begin(stage, &left)?,
                    rows: left.clone(),
                    points: 0,
                },
            };
            let step = now.steps.step()?;
            now.points += 1;
            let number = (self.before + now.points) as u32;
            let rows: Option<Vec<usize>> =
                (step.as_ref()).map(|step| step.rows.iter().map(|row| now.rows[*row]).collect());
            self.now = Some(now);
            let (Some(mut step), Some(rows)) = (step, rows) else {
                self.end_stage();
                continue;
            };
            step.rows = rows;
            let places: Vec<usize> = (0..step.rows.len())
                .filter(|place| left.contains(&step.rows[*place]))
                .collect();
            if places.is_empty() {
                self.end_stage();
                continue;
            }
            let mut step = match places.len() == step.rows.len() {
                true => step,
                false => step.select(&places)?,
            };
            step.place = Place::Step(number);
            let broken = self.broken(stage.part, &step)?;
            if let Some(left) = &mut self.left {
                left.retain(|row| {
                    let place = step.rows.iter().position(|other| other == row);
                    !place.is_some_and(|place| broken[place])
                });
            }
            return Ok(Some(step));
        }
    }

    fn passes(&self) -> Passes {
        let now = self
            .now
            .as_ref()
            .map(|now| now.steps.passes())
            .unwrap_or_default();
        Passes {
            forward: self.passes.forward + now.forward,
            backward: self.passes.backward + now.backward,
        }
    }
}
