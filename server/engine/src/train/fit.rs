//! The loop over epochs and batches.

use super::adversary::{Ball, perturb};
use super::cache::Cache;
use super::optimise::Adam;
use super::{Progress, TrainSpec, evaluate};
use crate::data::shapes::random::Random;
use crate::error::{Error, Result};
use crate::graph::{Learner, Mode};
use std::time::Instant;
use tch::{Reduction, Tensor};
use valleyscope_shared::runner::Cancel;

/// How far a training came.
pub(super) struct Fitted {
    /// The mean loss of each complete epoch.
    pub losses: Vec<f64>,
    /// Where it was stopped before its end.
    pub stopped: Option<String>,
}

/// Runs all epochs, or as many batches as there are until `cancel` is set.
pub(super) fn fit(
    spec: &TrainSpec,
    network: &Learner,
    cache: &Cache,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Fitted> {
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
                    perturb(
                        &|x| network.logits(x, Mode::Evaluate),
                        &x,
                        &labels,
                        &ball,
                        Some(&mut random),
                    )?
                }
            };
            let logits = network.logits(&x, Mode::Train)?;
            let loss = logits.f_cross_entropy_loss::<Tensor>(
                &labels,
                None,
                Reduction::Mean,
                -100,
                spec.label_smoothing,
            )?;
            let gradients = Tensor::f_run_backward(&[&loss], &tensors, false, false)?;
            adam.step(&tensors, &gradients, spec.learning_rate_at(done, total))?;
            let value = loss.f_double_value(&[])?;
            if !value.is_finite() {
                let place = Some(format!("epoch {}, batch {}", epoch + 1, batch + 1));
                return Err(Error::NotFinite {
                    what: "the training loss",
                    place,
                });
            }
            loss_sum += value * rows.len() as f64;
            right += evaluate::right(&logits, &labels)?;
            seen += rows.len();
            let elapsed = started.elapsed().as_secs_f64();
            progress(Progress {
                epoch: epoch + 1,
                epochs: spec.epochs,
                batch: batch + 1,
                batches,
                loss: loss_sum / seen as f64,
                accuracy: right as f64 / seen as f64,
                elapsed_seconds: elapsed,
                remaining_seconds: elapsed * (total - done - 1) as f64 / (done + 1) as f64,
            });
            if cancel.is_cancelled() && done + 1 < total {
                let (epoch, epochs, batch) = (epoch + 1, spec.epochs, batch + 1);
                let place = format!("epoch {epoch} of {epochs}, batch {batch} of {batches}");
                return Ok(Fitted {
                    losses,
                    stopped: Some(format!("after {place}")),
                });
            }
        }
        losses.push(loss_sum / seen as f64);
    }
    Ok(Fitted {
        losses,
        stopped: None,
    })
}
