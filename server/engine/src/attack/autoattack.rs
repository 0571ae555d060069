//! AutoAttack (Croce and Hein, arXiv 2003.01690): attacks one after another, each on the images that those before it left right.
//!
//! An image that is misclassified (by FAB: within epsilon) is in no later point, and no pass is spent on it any more; the reference
//! attacks it to the end of the run. What becomes of the others does not depend on it. Nor do the numbers of points:
//! each run begins where it would if nobody had left.

use super::apgd::{self, Apgd};
use super::fab::{self, Fab};
use super::square::{self, Square};
use super::{Bare, Batch, Departure, Entry, Kind, Passes, Place, Step, Steps, Traits, parameters};
use crate::ball;
use crate::error::{Error, Result};
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
            None => return Err(Error::Detached),
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
                exhaustive: false,
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

    /// Of these rows at a point with these logits, those that are misclassified, by FAB within epsilon.
    fn broken(
        &self,
        part: Part,
        rows: &[usize],
        x: &Tensor,
        logits: &Tensor,
    ) -> Result<Vec<usize>> {
        let index = |rows: &[usize]| -> Result<Tensor> {
            let places: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
            Ok(Tensor::f_from_slice(&places)?.f_to_device(self.batch.x.device())?)
        };
        let labels = self.batch.labels.f_index_select(0, &index(rows)?)?;
        let wrong = prediction::flags(&prediction::is_not(logits, &labels)?)?;
        let wrong: Vec<usize> = (0..rows.len()).filter(|place| wrong[*place]).collect();
        let those: Vec<usize> = wrong.iter().map(|place| rows[*place]).collect();
        if !matches!(part, Part::Fab | Part::FabT) || wrong.is_empty() {
            return Ok(those);
        }
        let clean = self.batch.x.f_index_select(0, &index(&those)?)?;
        let x = x.f_index_select(0, &index(&wrong)?)?;
        let change = ball::per_example(&x.f_sub(&clean)?)?;
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
        Ok((those.into_iter().zip(inside))
            .filter(|(_, length)| bound.holds(*length))
            .map(|(row, _)| row)
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

impl<'a> AutoAttack<'a> {
    /// The next point of the run that is under way, or of the next one with somebody left: `look` makes it of the run's own steps.
    fn next<Point: Of>(
        &mut self,
        look: fn(&mut (dyn Steps + 'a)) -> Result<Option<Point>>,
    ) -> Result<Option<Point>> {
        loop {
            let left = self.left.clone().unwrap_or_default();
            let stage = self.stages.get(self.stage).copied();
            let Some(stage) = stage.filter(|_| !left.is_empty()) else {
                if self.now.is_some() {
                    self.end_stage();
                }
                return Ok(None);
            };
            let mut now = match self.now.take() {
                Some(now) => now,
                None => Now {
                    steps: self.begin(stage, &left)?,
                    rows: left,
                    points: 0,
                },
            };
            let point = look(now.steps.as_mut())?;
            now.points += 1;
            let number = (self.before + now.points) as u32;
            let Some(mut point) = point else {
                self.now = Some(now);
                self.end_stage();
                continue;
            };
            let own = point.rows().to_vec();
            let rows: Vec<usize> = own.iter().map(|row| now.rows[*row]).collect();
            let (x, logits) = point.looked_at().ok_or(Error::Detached)?;
            let broken = self.broken(stage.part, &rows, x, logits)?;
            if !broken.is_empty() {
                let settled = own.iter().zip(&rows);
                let settled = settled.filter(|(_, row)| broken.contains(row));
                now.steps
                    .settle(&settled.map(|(own, _)| *own).collect::<Vec<_>>())?;
                if let Some(left) = &mut self.left {
                    left.retain(|row| !broken.contains(row));
                }
            }
            self.now = Some(now);
            point.put(Place::Step(number), rows);
            return Ok(Some(point));
        }
    }
}

/// A point of a part, with or without a trace.
trait Of {
    fn rows(&self) -> &[usize];
    /// The images and their logits, if the part looked at them, as all parts do.
    fn looked_at(&self) -> Option<(&Tensor, &Tensor)>;
    fn put(&mut self, place: Place, rows: Vec<usize>);
}

impl Of for Step {
    fn rows(&self) -> &[usize] {
        &self.rows
    }

    fn looked_at(&self) -> Option<(&Tensor, &Tensor)> {
        Some((&self.x, &self.logits))
    }

    fn put(&mut self, place: Place, rows: Vec<usize>) {
        (self.place, self.rows) = (place, rows);
    }
}

impl Of for Bare {
    fn rows(&self) -> &[usize] {
        &self.rows
    }

    fn looked_at(&self) -> Option<(&Tensor, &Tensor)> {
        Some((&self.x, self.logits.as_ref()?))
    }

    fn put(&mut self, place: Place, rows: Vec<usize>) {
        (self.place, self.rows) = (place, rows);
    }
}

impl Steps for AutoAttack<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        match self.left {
            None => Ok(Some(self.clean()?)),
            Some(_) => self.next(|steps| steps.step()),
        }
    }

    fn bare(&mut self) -> Result<Option<Bare>> {
        match self.left {
            None => Ok(Some(self.clean()?.into())),
            Some(_) => self.next(|steps| steps.bare()),
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
