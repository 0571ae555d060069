//! Carlini and Wagner's l2 attack (arXiv 1608.04644): minimises ‖x − x_0‖₂² + c · max(gap, −κ) with Adam,
//! where gap = z_y − max_{k≠y} z_k, or max_{k≠t} z_k − z_t with a target t.
//!
//! The variable is w with x = (tanh w + 1) / 2, so that x stays in [0, 1] by itself.
//! One forward pass at an iterate gives its readings, its success and the gradient of the next update.

mod weight;

use super::adam::Adam;
use super::look::Look;
use super::{
    Bare, Batch, Departure, Differentiation, Entry, Passes, Place, Step, Steps, Traits, objective,
    parameters,
};
use crate::ball;
use crate::error::{Error, Result};
use crate::loss::{self, InputGradient, Objective};
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use tch::{Kind, Tensor};
use valleyscope_shared::spec::{AttackSpec, Loss};
use weight::Weight;

pub(super) const ENTRY: Entry = Entry {
    id: "cw",
    begin,
    traits: Traits {
        // Later searches and early stops come after a number of steps that depends on how many there are.
        prefix_stable: false,
        departure: Departure::WhenStuck,
        ..Traits::minimum_norm(Differentiation::Here, Loss::Margin)
    },
};

/// Black and white lie at infinity in w; this share of the way from grey they do not.
const SCALE: f64 = 0.999_999;

#[derive(Deserialize)]
struct Parameters {
    c: f64,
    kappa: f64,
    learning_rate: f64,
    steps: u32,
    binary_steps: u32,
    early_stop: EarlyStop,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EarlyStop {
    None,
    PerExample,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let (x, _guard) = (batch.x.f_detach()?, tch::no_grad_guard());
    let w = x.f_mul_scalar(2.0)?.f_sub_scalar(1.0)?;
    let w = w.f_mul_scalar(SCALE)?.f_atanh()?;
    Ok(Box::new(CarliniWagner {
        model,
        objective: objective(spec)?,
        rows: batch.rows(),
        weight: Weight::new(parameters.c, &batch)?,
        adam: Adam::new(&w, parameters.learning_rate)?,
        start: w.shallow_clone(),
        w,
        run: 1,
        taken: 0,
        reached: 0,
        former_cost: None,
        next: Some(x),
        passes: Passes::default(),
        parameters,
        batch,
    }))
}

struct CarliniWagner<'a> {
    model: &'a dyn Model,
    /// The examples that are still there, and their places in the batch of the beginning.
    batch: Batch,
    rows: Vec<usize>,
    parameters: Parameters,
    objective: Objective,
    weight: Weight,
    adam: Adam,
    /// w of the clean images.
    start: Tensor,
    w: Tensor,
    /// Which walk of the search this is, from 1, and the updates made on it.
    run: u32,
    taken: u32,
    /// The points after the first.
    reached: u32,
    /// `[N]`, at the last check for an early stop.
    former_cost: Option<Tensor>,
    next: Option<Tensor>,
    passes: Passes,
}

impl Steps for CarliniWagner<'_> {
    fn step(&mut self) -> Result<Option<Step>> {
        let Some(x) = self.next.take() else {
            return Ok(None);
        };
        let place = match self.reached {
            0 => Place::Clean,
            reached => Place::Step(reached),
        };
        let ends_run = self.taken == self.parameters.steps;
        let wants_gradient = !ends_run || self.batch.last_gradient;
        // The margin's own gradient: c, κ and the distance are put to it by hand.
        let (objective, labels) = (self.objective, &self.batch.labels);
        let gradient = wants_gradient
            .then_some(|x: &Tensor, logits: &Tensor| objective.gradient(x, logits, labels));
        let look = Look::at(self.model, &x, &mut self.passes, gradient)?;
        let _guard = tch::no_grad_guard();
        let step = look.step(place, self.rows.clone());
        let gap = self.gap(&step.logits)?;
        self.weight.note(&self.succeeds(&gap)?)?;
        self.reached += 1;
        if !ends_run {
            let gradient = step.gradient.as_ref().ok_or(Error::Detached)?;
            self.update(&step.x, &gap, gradient)?;
            self.leave(&step.x, &gap)?;
            if !self.rows.is_empty() {
                self.next = Some(self.w.f_tanh()?.f_add_scalar(1.0)?.f_div_scalar(2.0)?);
            }
        } else if self.run < self.parameters.binary_steps {
            self.search()?;
        }
        Ok(Some(step))
    }

    /// The last point of all is where nothing is decided any more; those of former walks decide c.
    fn bare(&mut self) -> Result<Option<Bare>> {
        let last = self.taken == self.parameters.steps && self.run == self.parameters.binary_steps;
        if !last {
            return Ok(self.step()?.map(Bare::from));
        }
        Ok(self.next.take().map(|x| Bare {
            place: Place::Step(self.reached),
            rows: self.rows.clone(),
            x,
            logits: None,
        }))
    }

    fn passes(&self) -> Passes {
        self.passes
    }
}

impl CarliniWagner<'_> {
    /// `[N]`: by how much an example fails; the margin, or its opposite for a target.
    fn gap(&self, logits: &Tensor) -> Result<Tensor> {
        let margin = loss::margin(logits, &self.batch.labels)?;
        Ok(match self.objective.targeted {
            true => margin.f_neg()?,
            false => margin,
        })
    }

    /// Fooled, and as confidently as κ asks for.
    fn succeeds(&self, gap: &Tensor) -> Result<Tensor> {
        let confident = gap.f_le(-self.parameters.kappa)?;
        Ok(confident.f_logical_and(&gap.f_lt(0.0)?)?)
    }

    fn update(&mut self, x: &Tensor, gap: &Tensor, up: &InputGradient) -> Result<()> {
        // Beyond κ the gap counts no longer. `up` leads to a smaller gap.
        let counts = gap.f_ge(-self.parameters.kappa)?.f_to_kind(x.f_kind()?)?;
        let factor = counts.f_mul(&self.weight.c)?.f_unsqueeze(1)?;
        let from_gap = up.direction.f_mul(&ball::as_factor(&factor, x)?)?;
        let from_distance = x.f_sub(&self.batch.x)?.f_mul_scalar(2.0)?;
        let tanh = self.w.f_tanh()?;
        let slope = tanh.f_square()?.f_neg()?.f_add_scalar(1.0)?;
        let in_x = from_distance.f_sub(&from_gap)?.f_div_scalar(2.0)?;
        let change = self.adam.step(&in_x.f_mul(&slope)?)?;
        self.w = self.w.f_sub(&change)?;
        self.taken += 1;
        Ok(())
    }

    /// Sends away the examples whose own cost has grown since the last look, a tenth of the steps ago.
    fn leave(&mut self, x: &Tensor, gap: &Tensor) -> Result<()> {
        let looks = (self.taken - 1).is_multiple_of((self.parameters.steps / 10).max(1));
        if self.parameters.early_stop == EarlyStop::None || !looks {
            return Ok(());
        }
        let cost = self.cost(x, gap)?;
        let Some(former) = self.former_cost.replace(cost.shallow_clone()) else {
            return Ok(());
        };
        let grown = cost.f_gt_tensor(&former)?.f_to_kind(Kind::Int64)?;
        let grown = Vec::<i64>::try_from(&grown.f_to_device(tch::Device::Cpu)?)?;
        let stays: Vec<usize> = (0..grown.len()).filter(|i| grown[*i] == 0).collect();
        if stays.len() < grown.len() {
            self.select(&stays, &cost)?;
        }
        Ok(())
    }

    /// `[N]`, what is minimised.
    fn cost(&self, x: &Tensor, gap: &Tensor) -> Result<Tensor> {
        let distance = ball::euclidean(&x.f_sub(&self.batch.x)?)?;
        let weighted = gap
            .f_clamp_min(-self.parameters.kappa)?
            .f_mul(&self.weight.c)?;
        Ok(distance.f_square()?.f_squeeze_dim(1)?.f_add(&weighted)?)
    }

    fn select(&mut self, stays: &[usize], cost: &Tensor) -> Result<()> {
        let places: Vec<i64> = stays.iter().map(|place| *place as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.w.device())?;
        self.batch = self.batch.select(stays)?;
        self.rows = stays.iter().map(|place| self.rows[*place]).collect();
        self.weight.select(&places)?;
        self.adam.select(&places)?;
        self.start = self.start.f_index_select(0, &places)?;
        self.w = self.w.f_index_select(0, &places)?;
        self.former_cost = Some(cost.f_index_select(0, &places)?);
        Ok(())
    }

    /// Begins the next walk at the clean image, with another c for each example.
    fn search(&mut self) -> Result<()> {
        self.weight.next()?;
        self.w = self.start.shallow_clone();
        self.adam = Adam::new(&self.w, self.parameters.learning_rate)?;
        self.run += 1;
        self.taken = 0;
        self.next = Some(self.batch.x.f_detach()?);
        Ok(())
    }
}
