//! `model.json`: what a weights file is, in words and in numbers.

use super::{Architecture, Normalisation};
use crate::error::{Error, Result};
use crate::train::TrainingRecord;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything about a model except its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCard {
    /// One line for people.
    pub title: String,
    /// Which function the weights are for.
    pub architecture: Architecture,
    /// Applied to the pixels inside the model.
    #[serde(default)]
    pub normalisation: Normalisation,
    /// The ε of all batch norms, where it is not the family's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
    /// Channels, height and width of an image.
    pub input_shape: [i64; 3],
    /// Class names in the order of the logits.
    pub classes: Vec<String>,
    /// The data set it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Who made the weights, and where they are published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Under which terms they may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What the file says of itself that the weights were read from: `acc`, `epoch`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// What whoever uses it should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Measured accuracies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<Accuracy>,
    /// How it was trained, where we did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingRecord>,
}

/// Accuracies on a data set, each a share in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accuracy {
    /// Name of the data set.
    pub data: String,
    /// How many of its images, from the first on.
    pub count: usize,
    /// On the images as they are.
    pub clean: f64,
    /// Under an attack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pgd: Option<PgdAccuracy>,
}

/// Accuracy at the end of linf PGD on the cross entropy without a random start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PgdAccuracy {
    pub epsilon: valleyscope_shared::amount::Amount,
    pub step_size: valleyscope_shared::amount::Amount,
    pub steps: u32,
    pub accuracy: f64,
}

impl ModelCard {
    /// Reads `model.json`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn parse(json: &str) -> Result<Self> {
        let card: Self = serde_json::from_str(json).map_err(|error| Error::Json {
            what: "model.json".into(),
            reason: error.to_string(),
        })?;
        card.check()?;
        Ok(card)
    }

    /// The content of `model.json`.
    pub fn to_json(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::Json {
            what: "writing model.json".into(),
            reason: error.to_string(),
        })?;
        Ok(text + "\n")
    }

    /// How many classes it tells apart.
    pub fn class_count(&self) -> i64 {
        self.classes.len() as i64
    }

    /// # Errors
    /// [`Error::Card`] names the first field that is wrong.
    pub fn check(&self) -> Result<()> {
        let refuse = |field, value: String, expected: &str| {
            Err(Error::Card {
                field,
                value,
                expected: expected.to_owned(),
            })
        };
        if !(2..=100_000).contains(&self.classes.len()) {
            return refuse(
                "classes",
                format!("a list of {}", self.classes.len()),
                "2 to 100,000 names are right",
            );
        }
        if self.input_shape.iter().any(|&n| !(1..=4096).contains(&n)) {
            return refuse(
                "input_shape",
                format!("{:?}", self.input_shape),
                "channels, height and width, each from 1 to 4096, are right",
            );
        }
        let channels = self.input_shape[0] as usize;
        let Normalisation { mean, std } = &self.normalisation;
        if ![0, channels].contains(&mean.len()) || mean.len() != std.len() {
            return refuse(
                "normalisation",
                format!("{} means and {} standard deviations", mean.len(), std.len()),
                &format!("{channels} of each, one per channel, or none are right"),
            );
        }
        if mean.iter().any(|m| !m.is_finite()) || std.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
            return refuse(
                "normalisation",
                format!("{mean:?} / {std:?}"),
                "finite means and positive standard deviations are right",
            );
        }
        if let Some(epsilon) = self.epsilon
            && !(1e-12..=0.1).contains(&epsilon)
        {
            return refuse("epsilon", epsilon.to_string(), "1e-12 to 0.1 is right");
        }
        self.architecture.family().check(self.input_shape)
    }
}
