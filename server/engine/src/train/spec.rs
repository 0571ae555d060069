//! What a training is asked to do, and what is remembered of it.

use super::TrainingOrigin;
use super::fit::Fitted;
use crate::data::DatasetInfo;
use crate::error::{Error, Result};
use crate::model::{Architecture, ModelCard, Normalisation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use valleyscope_shared::amount::Amount;

/// One training; the same spec gives the same weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainSpec {
    /// One line for people.
    pub title: String,
    pub architecture: Architecture,
    #[serde(default)]
    pub normalisation: Normalisation,
    /// Name of the data set to train on.
    pub data: String,
    /// How many of its images, from the first on; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_count: Option<usize>,
    /// Name of the data set to measure on.
    pub test: String,
    /// How many of its images, from the first on; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_count: Option<usize>,
    pub epochs: u32,
    pub batch_size: usize,
    /// The highest one: it rises linearly over the first twentieth of the batches and falls to 0
    /// along a cosine.
    pub learning_rate: f64,
    /// Decoupled: each step shrinks the weights by this times the learning rate.
    #[serde(default)]
    pub weight_decay: f64,
    /// Share of the target that is spread evenly over all classes.
    #[serde(default)]
    pub label_smoothing: f64,
    pub seed: u64,
    /// Train on perturbed images instead of the images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adversarial: Option<Adversarial>,
}

/// linf PGD on the cross entropy from a random start, against the weights of the moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adversarial {
    pub epsilon: Amount,
    pub step_size: Amount,
    pub steps: u32,
    /// Epochs over which epsilon and step size grow linearly from 0.
    #[serde(default)]
    pub ramp_epochs: f64,
}

/// How a model came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecord {
    /// What to run to make it again; `train.json` lies beside `model.json`.
    pub command: String,
    pub spec: TrainSpec,
    /// Mean training loss of each epoch, in nats.
    pub epoch_losses: Vec<f64>,
    /// Wall-clock time on one thread, the evaluation included.
    pub seconds: f64,
    /// Where it was stopped, if it was: the weights are then those of that moment, and may not have been measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// What it was computed from and what came out; unknown of models that older versions trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<TrainingOrigin>,
}

impl TrainingRecord {
    pub(super) fn new(
        spec: &TrainSpec,
        fitted: Fitted,
        seconds: f64,
        origin: TrainingOrigin,
    ) -> Self {
        let command = "valleyscope train train.json --out FOLDER".to_owned();
        Self {
            command,
            spec: spec.clone(),
            epoch_losses: fitted.losses,
            seconds: seconds.round(),
            origin: Some(origin),
            stopped: fitted.stopped,
        }
    }
}

impl TrainSpec {
    /// Reads a spec.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn parse(json: &str) -> Result<Self> {
        let spec: Self = serde_json::from_str(json).map_err(|error| Error::Json {
            what: "training spec".into(),
            reason: error.to_string(),
        })?;
        spec.check()?;
        Ok(spec)
    }

    /// # Errors
    /// [`Error::Setting`] names the first field outside its limits.
    pub fn check(&self) -> Result<()> {
        let within = |field, value: f64, low: f64, high: f64| {
            if (low..=high).contains(&value) {
                return Ok(());
            }
            Err(Error::Setting {
                field,
                value: value.to_string(),
                expected: format!("{low} to {high} is right"),
            })
        };
        within("epochs", f64::from(self.epochs), 1.0, 10_000.0)?;
        within("batch_size", self.batch_size as f64, 1.0, 65_536.0)?;
        within("learning_rate", self.learning_rate, 1e-9, 10.0)?;
        within("weight_decay", self.weight_decay, 0.0, 10.0)?;
        within("label_smoothing", self.label_smoothing, 0.0, 0.9)?;
        within(
            "train_count",
            self.train_count.map_or(1.0, |n| n as f64),
            1.0,
            1e9,
        )?;
        within(
            "test_count",
            self.test_count.map_or(1.0, |n| n as f64),
            1.0,
            1e9,
        )?;
        if let Some(adversarial) = &self.adversarial {
            within("adversarial.epsilon", adversarial.epsilon.value(), 0.0, 1.0)?;
            within(
                "adversarial.step_size",
                adversarial.step_size.value(),
                0.0,
                1.0,
            )?;
            within(
                "adversarial.steps",
                f64::from(adversarial.steps),
                1.0,
                1000.0,
            )?;
            within(
                "adversarial.ramp_epochs",
                adversarial.ramp_epochs,
                0.0,
                10_000.0,
            )?;
        }
        Ok(())
    }

    /// The learning rate of batch `done` out of `total`: linear warm-up, then a cosine to 0.
    pub(super) fn learning_rate_at(&self, done: usize, total: usize) -> f64 {
        let warm_up = (total / 20).max(1);
        let rise = ((done + 1) as f64 / warm_up as f64).min(1.0);
        let fall = 0.5 * (1.0 + (std::f64::consts::PI * done as f64 / total as f64).cos());
        self.learning_rate * rise * fall
    }

    /// The model's description, without what only the training can tell.
    pub(super) fn card(&self, data: &DatasetInfo) -> ModelCard {
        ModelCard {
            title: self.title.clone(),
            architecture: self.architecture.clone(),
            epsilon: None,
            normalisation: self.normalisation.clone(),
            input_shape: data.shape.map(|n| n as i64),
            classes: data.classes.clone(),
            data: Some(self.test.clone()),
            source: Some("trained by Valleyscope itself".to_owned()),
            licence: Some("MIT OR Apache-2.0".to_owned()),
            facts: BTreeMap::new(),
            remark: None,
            accuracy: None,
            training: None,
        }
    }
}
