//! How each example of a batch ends: its first success, its best iterate, what it cost, and whether 8 bits are enough to keep it.

use crate::attack::{Passes, Place, Step};
use crate::ball::per_example;
use crate::error::Result;
use crate::measure::{changed, to_vec};
use crate::model::Model;
use crate::prediction;
use tch::{Kind, Tensor};
use valleyscope_shared::ending::Ending;
use valleyscope_shared::field::Norm;
use valleyscope_shared::readings::{Bound, Example};

/// A point of a path as far as endings need it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub place: Place,
    /// The examples that it is about.
    pub rows: &'a [usize],
    /// `[N, ...]`, their images.
    pub x: &'a Tensor,
}

impl<'a> From<&'a Step> for At<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            place: step.place,
            rows: &step.rows,
            x: &step.x,
        }
    }
}

/// What is asked of the iterates of one batch.
pub(super) struct Tracker {
    examples: Vec<Example>,
    /// `[N, ...]`
    clean: Tensor,
    /// The norm that the attack makes small, if it does.
    smallest: Option<Norm>,
    bound: Option<Bound>,
    rows: Vec<Row>,
    /// `[N, ...]`, the best iterates so far.
    best: Tensor,
    last: Option<(Vec<usize>, Tensor)>,
    spent: Passes,
}

#[derive(Clone, Debug, Default)]
struct Row {
    ending: Ending,
    /// Whether there is a best iterate, and its score: what it climbs, or minus its length.
    score: Option<f64>,
}

impl Tracker {
    pub(super) fn new(
        examples: &[Example],
        clean: &Tensor,
        smallest: Option<Norm>,
        bound: Option<Bound>,
    ) -> Self {
        Self {
            examples: examples.to_vec(),
            clean: clean.shallow_clone(),
            smallest,
            bound,
            rows: vec![Row::default(); examples.len()],
            best: clean.shallow_clone(),
            last: None,
            spent: Passes::default(),
        }
    }

    /// Counts what the attack has spent so far, on the examples of the latest point.
    pub(super) fn spend(&mut self, rows: &[usize], spent: Passes) {
        let active = rows.len().max(1) as u64;
        let forward = (spent.forward - self.spent.forward) / active;
        let backward = (spent.backward - self.spent.backward) / active;
        self.spent = spent;
        for row in rows {
            let Row { ending, .. } = &mut self.rows[*row];
            ending.forward += forward;
            ending.backward += backward;
        }
    }

    /// Looks at a point, whether it is recorded or not, from its logits in f64; `spent` is what the attack has spent so far.
    pub(super) fn look(&mut self, step: At<'_>, logits: &[f64], spent: Passes) -> Result<()> {
        self.spend(step.rows, spent);
        let classes = logits.len() / step.rows.len().max(1);
        let predicted = logits.chunks(classes.max(1)).map(prediction::of);
        let predicted: Vec<Option<usize>> = predicted.collect();
        let lengths = self.lengths(step, &predicted)?;
        let mut better = Vec::new();
        for (place, row) in step.rows.iter().enumerate() {
            let logits = &logits[place * classes..(place + 1) * classes];
            let (length, predicted) = (lengths[place], predicted[place]);
            let inside = (self.bound.zip(length)).is_none_or(|(bound, length)| bound.holds(length));
            let success = inside && success(&self.examples[*row], predicted);
            let Row { ending, score } = &mut self.rows[*row];
            let number = match step.place {
                Place::Start => continue,
                Place::Clean => 0,
                Place::Step(number) => number,
            };
            ending.last_step = number;
            ending.last_success = success;
            if predicted.is_none() {
                if inside && ending.not_finite.is_none() {
                    ending.not_finite = Some(number);
                }
                // It is no success, and nothing that was climbed is known of it.
                continue;
            }
            if success && number > 0 && ending.first_success.is_none() {
                ending.first_success = Some(number);
                ending.passes_to_success = Some(ending.forward + ending.backward);
            }
            let now = match length {
                Some(length) if success && self.smallest.is_some() => -length,
                _ => climbed(&self.examples[*row], logits),
            };
            let is_better = score.is_none_or(|best| {
                (success, now).partial_cmp(&(ending.best_success, best))
                    == Some(std::cmp::Ordering::Greater)
            });
            if is_better {
                *score = Some(now);
                ending.best_step = number;
                ending.best_success = success;
                better.push(place);
            }
        }
        if step.place == Place::Start {
            return Ok(());
        }
        if better.len() == self.rows.len() {
            self.best = step.x.shallow_clone();
        } else if !better.is_empty() {
            let rows: Vec<usize> = better.iter().map(|place| step.rows[*place]).collect();
            let images = step.x.f_index_select(0, &index(&better, step.x)?)?;
            self.best = self.best.f_index_copy(0, &index(&rows, step.x)?, &images)?;
        }
        self.last = Some((step.rows.to_vec(), step.x.shallow_clone()));
        Ok(())
    }

    /// How far the images have moved whose lengths are asked for: those that succeed if they lie inside, and those without a prediction.
    fn lengths(&self, step: At<'_>, predicted: &[Option<usize>]) -> Result<Vec<Option<f64>>> {
        let mut all = vec![None; predicted.len()];
        let Some(norm) = self.smallest.or(self.bound.map(|bound| bound.norm)) else {
            return Ok(all);
        };
        let asked = |place: &usize| {
            let (row, class) = (step.rows[*place], predicted[*place]);
            class.is_none() || success(&self.examples[row], class)
        };
        let places: Vec<usize> = (0..predicted.len()).filter(asked).collect();
        if places.is_empty() {
            return Ok(all);
        }
        let rows: Vec<usize> = places.iter().map(|place| step.rows[*place]).collect();
        let x = step.x.f_index_select(0, &index(&places, step.x)?)?;
        let clean = self.clean.f_index_select(0, &index(&rows, step.x)?)?;
        for (place, length) in places.into_iter().zip(lengths(&x, &clean, norm)?) {
            all[place] = Some(length);
        }
        Ok(all)
    }

    /// Which of a step's rows, by their places there, succeed at it for the first time.
    pub(super) fn newly(&self, step: &Step) -> Vec<usize> {
        let Place::Step(number) = step.place else {
            return Vec::new();
        };
        let first =
            |place: &usize| self.rows[step.rows[*place]].ending.first_success == Some(number);
        (0..step.rows.len()).filter(first).collect()
    }

    /// The passes spent so far on each of these rows.
    pub(super) fn spent(&self, rows: &[usize]) -> Vec<f64> {
        let spent = |row: &usize| {
            let ending = &self.rows[*row].ending;
            (ending.forward + ending.backward) as f64
        };
        rows.iter().map(spent).collect()
    }

    /// How every example ended. One forward pass of each success, rounded to 8 bits; it counts as none of the attack's.
    pub(super) fn finish(mut self, model: &dyn Model) -> Result<Vec<Ending>> {
        let _guard = tch::no_grad_guard();
        let change = per_example(&self.best.f_sub(&self.clean)?)?;
        let size = |order: f64| -> Result<Vec<f64>> {
            to_vec(&change.f_linalg_norm(order, [1].as_slice(), false, Kind::Double)?)
        };
        let sizes = [
            to_vec(&changed(&change)?)?,
            size(1.0)?,
            size(2.0)?,
            size(f64::INFINITY)?,
        ];
        for (i, row) in self.rows.iter_mut().enumerate() {
            let ending = &mut row.ending;
            [ending.l0, ending.l1, ending.l2, ending.linf] =
                [0, 1, 2, 3].map(|norm| sizes[norm][i]);
        }

        let best: Vec<usize> = self.which(|ending| ending.best_success);
        let survives = self.survive(model, &self.best, &best, &best)?;
        for (row, survives) in best.into_iter().zip(survives) {
            let ending = &mut self.rows[row].ending;
            ending.best_survives = Some(survives);
            if ending.last_success && ending.last_step == ending.best_step {
                ending.last_survives = Some(survives);
            }
        }
        if let Some((rows, x)) = self.last.take() {
            let other =
                self.which(|ending| ending.last_success && ending.last_step != ending.best_step);
            let places: Vec<usize> = (0..rows.len())
                .filter(|place| other.contains(&rows[*place]))
                .collect();
            let which: Vec<usize> = places.iter().map(|place| rows[*place]).collect();
            let survives = self.survive(model, &x, &places, &which)?;
            for (row, survives) in which.into_iter().zip(survives) {
                self.rows[row].ending.last_survives = Some(survives);
            }
        }
        Ok(self.rows.into_iter().map(|row| row.ending).collect())
    }

    fn which(&self, property: impl Fn(&Ending) -> bool) -> Vec<usize> {
        let all = 0..self.rows.len();
        all.filter(|row| property(&self.rows[*row].ending))
            .collect()
    }

    /// Whether the images at `places` of `x`, of the examples `rows`, are successes after rounding to 8 bits.
    fn survive(
        &self,
        model: &dyn Model,
        x: &Tensor,
        places: &[usize],
        rows: &[usize],
    ) -> Result<Vec<bool>> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let x = rounded(&x.f_index_select(0, &index(places, x)?)?)?;
        let logits = to_vec(&model.forward(&x)?.logits)?;
        let classes = logits.len() / places.len();
        let each = rows.iter().zip(logits.chunks(classes));
        Ok(each
            .map(|(row, logits)| success(&self.examples[*row], prediction::of(logits)))
            .collect())
    }
}

/// Pixels as an 8-bit image file keeps them: the nearest of k/255.
pub(super) fn rounded(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_mul_scalar(255.0)?.f_round()?.f_div_scalar(255.0)?)
}

fn index(rows: &[usize], like: &Tensor) -> Result<Tensor> {
    let rows: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
    Ok(Tensor::f_from_slice(&rows)?.f_to_device(like.device())?)
}

/// ‖x − clean‖ of each image.
fn lengths(x: &Tensor, clean: &Tensor, norm: Norm) -> Result<Vec<f64>> {
    let change = per_example(&x.f_sub(clean)?)?;
    let order = match norm {
        Norm::Linf => f64::INFINITY,
        Norm::L2 => 2.0,
        Norm::L1 => 1.0,
    };
    to_vec(&change.f_linalg_norm(order, [1].as_slice(), false, Kind::Double)?)
}

/// Whether this prediction is a success; none is not.
fn success(example: &Example, prediction: Option<usize>) -> bool {
    prediction.is_some_and(|class| match example.target {
        Some(target) => class as u32 == target,
        None => class as u32 != example.label,
    })
}

/// The cross-entropy with the label, or minus that with the target.
fn climbed(example: &Example, logits: &[f64]) -> f64 {
    let highest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    let loss = |class: u32| {
        let own = logits.get(class as usize).copied().unwrap_or(f64::NAN);
        sum.ln() + (highest - own)
    };
    match example.target {
        Some(target) => -loss(target),
        None => loss(example.label),
    }
}
