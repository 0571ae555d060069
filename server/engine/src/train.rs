//! Training: standard and adversarial, the same weights for the same seed on one thread.

mod adversary;
mod cache;
mod evaluate;
mod export;
mod initialise;
mod network;
mod optimise;
mod spec;
mod threads;

pub use export::Trained;
pub use spec::{Adversarial, TrainSpec, TrainingRecord};

use crate::data::{self, DatasetInfo};
use crate::error::{Error, Result};
use crate::model::{Architecture, load_bytes};
use crate::data::shapes::random::Random;
use adversary::Ball;
use cache::Cache;
use network::{Mode, Network};
use optimise::Adam;
use std::path::Path;
use std::time::Instant;
use tch::{Device, Kind, Reduction, Tensor};

/// Where a training stands; the callback that gets it answers whether to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// From 1 to `epochs`.
    pub epoch: u32,
    pub epochs: u32,
    /// Batches done in this epoch.
    pub batch: usize,
    pub batches: usize,
    /// Mean loss of this epoch so far, in nats.
    pub loss: f64,
    /// Share of this epoch's training images so far that were classified right as trained on
    /// (for adversarial training: after the perturbation).
    pub accuracy: f64,
    pub elapsed_seconds: f64,
    /// Until the last batch, at the pace so far; the evaluation comes after it.
    pub remaining_seconds: f64,
}

/// Trains a model as `spec` says and measures it.
///
/// `data_dir` is where registered data sets are found.
///
/// # Errors
/// [`Error::Setting`] for a value outside its limits, [`Error::Cancelled`] when `progress` answers
/// `false`, [`Error::NotFinite`] when the loss explodes.
pub fn train(
    spec: &TrainSpec,
    data_dir: &Path,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Trained> {
    spec.check()?;
    let _one_thread = threads::OneThread::start();
    let (training, test) = (data::open(data_dir, &spec.data)?, data::open(data_dir, &spec.test)?);
    within_set("train_count", spec.train_count, training.info())?;
    within_set("test_count", spec.test_count, test.info())?;
    let mut card = spec.card(training.info());
    let Architecture::SmallCnn(options) = &card.architecture else {
        let value = card.architecture.describe();
        return Err(Error::Setting { field: "architecture", value, expected: "only small_cnn can be trained".into() });
    };
    card.check()?;
    let network = Network::new(&card, options, spec.seed)?;
    let started = Instant::now();
    let losses = fit(spec, &network, &Cache::fill(training.as_ref(), spec.train_count)?, progress)?;
    let weights = export::serialize(&network.fold()?)?;
    // What is measured is what is shipped: the folded model, loaded like any other.
    let model = load_bytes(&card.to_json()?, &weights, Device::Cpu, Kind::Float)?.model;
    card.accuracy = Some(evaluate::evaluate(spec, model.as_ref(), test.as_ref())?);
    card.training = Some(TrainingRecord::new(spec, losses, started.elapsed().as_secs_f64()));
    Ok(Trained { card, weights, spec: spec.clone() })
}

fn within_set(field: &'static str, count: Option<usize>, set: &DatasetInfo) -> Result<()> {
    match count {
        Some(count) if count > set.count => {
            let expected = format!("{} holds {} images", set.id, set.count);
            Err(Error::Setting { field, value: count.to_string(), expected })
        }
        _ => Ok(()),
    }
}

/// Runs all epochs and returns each one's mean loss.
fn fit(
    spec: &TrainSpec,
    network: &Network,
    cache: &Cache,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<f64>> {
    let tensors = network.parameters();
    let mut adam = Adam::new(&tensors, spec.weight_decay)?;
    let batches = cache.count().div_ceil(spec.batch_size);
    let total = batches * spec.epochs as usize;
    let started = Instant::now();
    let mut losses = Vec::new();
    for epoch in 0..spec.epochs {
        let mut random = Random::new(&[spec.seed, u64::from(epoch)]);
        let order = random.permutation(cache.count());
        let (mut loss_sum, mut right, mut seen) = (0.0, 0, 0);
        for (batch, rows) in order.chunks(spec.batch_size).enumerate() {
            let (x, labels) = cache.batch(rows)?;
            let done = epoch as usize * batches + batch;
            let x = match &spec.adversarial {
                None => x,
                Some(adversarial) => {
                    let ball = Ball::at(adversarial, done as f64 / batches as f64);
                    adversary::perturb(&|x| network.logits(x, Mode::Evaluate), &x, &labels, &ball, Some(&mut random))?
                }
            };
            let logits = network.logits(&x, Mode::Train)?;
            let loss = logits.f_cross_entropy_loss::<Tensor>(&labels, None, Reduction::Mean, -100, spec.label_smoothing)?;
            let gradients = Tensor::f_run_backward(&[&loss], &tensors, false, false)?;
            adam.step(&tensors, &gradients, spec.learning_rate_at(done, total))?;
            let value = loss.f_double_value(&[])?;
            if !value.is_finite() {
                let place = Some(format!("epoch {}, batch {}", epoch + 1, batch + 1));
                return Err(Error::NotFinite { what: "the training loss", place });
            }
            loss_sum += value * rows.len() as f64;
            right += evaluate::right(&logits, &labels)?;
            seen += rows.len();
            let elapsed = started.elapsed().as_secs_f64();
            let go_on = progress(Progress {
                epoch: epoch + 1,
                epochs: spec.epochs,
                batch: batch + 1,
                batches,
                loss: loss_sum / seen as f64,
                accuracy: right as f64 / seen as f64,
                elapsed_seconds: elapsed,
                remaining_seconds: elapsed * (total - done - 1) as f64 / (done + 1) as f64,
            });
            if !go_on {
                return Err(Error::Cancelled);
            }
        }
        losses.push(loss_sum / seen as f64);
    }
    Ok(losses)
}

#[cfg(test)]
mod tests;
