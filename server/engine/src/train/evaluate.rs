//! Accuracy on images as they are and under attack.

use super::TrainSpec;
use super::adversary::{Ball, perturb};
use crate::data::{Dataset, batch};
use crate::error::Result;
use crate::model::{Accuracy, Model, PgdAccuracy};
use crate::prediction;
use tch::{Kind, Tensor};
use valleyscope_shared::runner::Cancel;

/// The attack whose accuracy is recorded, by which trainings are compared: 10 steps of 2/255
/// within 8/255, no random start.
const STEPS: u32 = 10;

/// Measures `model` on the first images of the test set; nothing where `cancel` is set before the end.
pub(crate) fn evaluate(
    spec: &TrainSpec,
    model: &dyn Model,
    test: &dyn Dataset,
    cancel: &Cancel,
) -> Result<Option<Accuracy>> {
    let count = spec
        .test_count
        .unwrap_or(test.info().count)
        .min(test.info().count);
    let ball = Ball {
        epsilon: 8.0 / 255.0,
        step_size: 2.0 / 255.0,
        steps: STEPS,
    };
    let (mut clean, mut robust) = (0, 0);
    let indices: Vec<usize> = (0..count).collect();
    for rows in indices.chunks(spec.batch_size) {
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let (x, labels) = batch(test, rows, model.device(), model.kind())?;
        clean += right(&model.forward(&x)?.logits, &labels)?;
        let attacked = perturb(&|x| Ok(model.forward(x)?.logits), &x, &labels, &ball, None)?;
        robust += right(&model.forward(&attacked)?.logits, &labels)?;
    }
    let share = |right: usize| right as f64 / count as f64;
    let attack = |text: &str, value: f64| text.parse().unwrap_or_else(|_| value.into());
    Ok(Some(Accuracy {
        data: spec.test.clone(),
        count,
        clean: share(clean),
        pgd: Some(PgdAccuracy {
            epsilon: attack("8/255", ball.epsilon),
            step_size: attack("2/255", ball.step_size),
            steps: STEPS,
            accuracy: share(robust),
        }),
    }))
}

/// How many rows have their largest logit at the label.
pub(crate) fn right(logits: &Tensor, labels: &Tensor) -> Result<usize> {
    let hits = prediction::is(logits, labels)?.f_sum(Kind::Int64)?;
    Ok(hits.f_int64_value(&[])? as usize)
}
