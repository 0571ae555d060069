//! The last layer, ready for everything that follows from what it takes and gives.

use super::rectified::Scores;
use super::{closed_form, to_vec};
use crate::error::Result;
use crate::head::{Softmax, Weights};
use crate::model::{Form, Head};
use tch::Tensor;
use valleyscope_shared::measure::Measure;

/// A model's last layer in f64.
#[derive(Debug)]
pub struct LastLayer {
    weights: Weights,
    /// Of one that is not linear.
    scores: Option<Scores>,
}

impl LastLayer {
    /// That of a model.
    ///
    /// # Errors
    /// Its weights cannot be copied.
    pub fn of(head: &Head<'_>) -> Result<Self> {
        let classes = head.weight.size().first().copied().unwrap_or(0) as usize;
        let scores = match head.form {
            Form::Linear => None,
            Form::RectifiedScores => Some(Scores::of(head)?),
        };
        Ok(Self {
            weights: Weights::new(&to_vec(head.weight)?, classes),
            scores,
        })
    }

    /// Its weights alone.
    pub fn into_weights(self) -> Weights {
        self.weights
    }

    /// The number of classes K.
    pub fn classes(&self) -> usize {
        self.weights.classes()
    }

    /// Reads examples by what the layer takes of them and its squared length; `write` takes row, measure and value.
    pub(super) fn read(
        &self,
        features: &Tensor,
        softmaxes: &[Option<Softmax>],
        labels: &[usize],
        phi_sq: &[f64],
        mut write: impl FnMut(usize, Measure, f64),
    ) -> Result<()> {
        for (row, softmax) in softmaxes.iter().enumerate() {
            let write = |measure, value| write(row, measure, value);
            self.read_one(softmax.as_ref(), labels[row], phi_sq[row], write);
        }
        match &self.scores {
            Some(scores) => scores.read(features, softmaxes, labels, write),
            None => Ok(()),
        }
    }

    /// What of one example needs no more than its logits and, of a linear layer, the squared length of what it takes.
    pub(super) fn read_one(
        &self,
        softmax: Option<&Softmax>,
        label: usize,
        phi_sq: f64,
        mut write: impl FnMut(Measure, f64),
    ) {
        let Some(softmax) = softmax else { return };
        closed_form::of_logits(softmax, label, &mut write);
        if self.scores.is_none() {
            closed_form::of_features(&self.weights, softmax, label, phi_sq, write);
        }
    }
}
