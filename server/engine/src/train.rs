//! Training: standard and adversarial, the same weights for the same seed on one thread.

mod adversary;
mod cache;
pub(crate) mod evaluate;
mod export;
mod fit;
mod initialise;
mod network;
mod optimise;
mod origin;
mod spec;
mod threads;

pub use export::Trained;
pub use origin::TrainingOrigin;
pub use spec::{Adversarial, TrainSpec, TrainingRecord};

use crate::data::{self, DatasetInfo};
use crate::error::{Error, Result};
use crate::model::{Architecture, load_bytes};
use cache::Cache;
use std::path::Path;
use std::time::Instant;
use tch::{Device, Kind};
use valleyscope_shared::runner::Cancel;
use valleyscope_shared::spec::classes::difference;

/// Where a training stands.
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
/// `data_dir` is where registered data sets are found. Once `cancel` is set, the training stops after a batch:
/// the model is then what it was at that moment, and not measured.
///
/// # Errors
/// [`Error::Setting`] for a value outside its limits, [`Error::NotFinite`] when the loss explodes.
pub fn train(
    spec: &TrainSpec,
    data_dir: &Path,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Trained> {
    spec.check()?;
    let _one_thread = threads::OneThread::start();
    let (training, test) = (
        data::open(data_dir, &spec.data)?,
        data::open(data_dir, &spec.test)?,
    );
    within_set("train_count", spec.train_count, training.info())?;
    within_set("test_count", spec.test_count, test.info())?;
    let mut card = spec.card(training.info());
    if let Some(difference) = difference(&card.classes, &test.info().classes) {
        return Err(Error::Classes {
            set: spec.test.clone(),
            difference,
        });
    }
    let Architecture::SmallCnn(options) = &card.architecture else {
        let value = card.architecture.describe();
        return Err(Error::Setting {
            field: "architecture",
            value,
            expected: "only small_cnn can be trained".into(),
        });
    };
    card.check()?;
    let network = network::start(&card, options, spec.seed)?;
    let started = Instant::now();
    let mut fitted = fit::fit(
        spec,
        &network,
        &Cache::fill(training.as_ref(), spec.train_count)?,
        cancel,
        progress,
    )?;
    let weights = export::serialize(&network::fold(&network)?)?;
    // What is measured is what is shipped: the folded model, loaded like any other.
    let model = load_bytes(&card.to_json()?, &weights, Device::Cpu, Kind::Float)?.model;
    card.accuracy = evaluate::evaluate(spec, model.as_ref(), test.as_ref(), cancel)?;
    if card.accuracy.is_none() && fitted.stopped.is_none() {
        fitted.stopped = Some("after the last batch, while it was measured".to_owned());
    }
    card.training = Some(TrainingRecord::new(
        spec,
        fitted,
        started.elapsed().as_secs_f64(),
        TrainingOrigin::of(spec, training.as_ref(), test.as_ref(), &weights)?,
    ));
    Ok(Trained {
        card,
        weights,
        spec: spec.clone(),
    })
}

fn within_set(field: &'static str, count: Option<usize>, set: &DatasetInfo) -> Result<()> {
    match count {
        Some(count) if count > set.count => {
            let expected = format!("{} holds {} images", set.id, set.count);
            Err(Error::Setting {
                field,
                value: count.to_string(),
                expected,
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
