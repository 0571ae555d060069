//! What a training was made from, and what came out of it.

use super::TrainSpec;
use crate::data::Dataset;
use crate::error::Result;
use crate::origin;
use serde::{Deserialize, Serialize};

/// The inputs of a training and its outcome; the digests are SHA-256 in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingOrigin {
    /// The program, its version and LibTorch's.
    pub made_by: String,
    /// Of the specification, as JSON with sorted keys.
    pub spec: String,
    /// Of the images that it was trained on, with their labels, in order.
    pub images: String,
    /// Of the images that its accuracy was measured on.
    pub test_images: String,
    /// Of `model.safetensors`: the card's accuracy and this record are of these weights.
    pub weights: String,
}

impl TrainingOrigin {
    pub(super) fn of(
        spec: &TrainSpec,
        training: &dyn Dataset,
        test: &dyn Dataset,
        weights: &[u8],
    ) -> Result<Self> {
        let first = |set: &dyn Dataset, count: Option<usize>| {
            let all = set.info().count;
            let indices: Vec<usize> = (0..count.unwrap_or(all).min(all)).collect();
            origin::of_images(set, &indices)
        };
        Ok(Self {
            made_by: crate::run::made_by(),
            spec: origin::of_spec(spec)?,
            images: first(training, spec.train_count)?,
            test_images: first(test, spec.test_count)?,
            weights: origin::sha256(weights),
        })
    }
}
