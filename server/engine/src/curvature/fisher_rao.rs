//! The Fisher-Rao norm of the weights; Liang, Poggio, Rakhlin and Stokes 2019, <https://arxiv.org/abs/1711.01530>.
//!
//! `⟨W, F W⟩` with the Fisher information `F = E_{Y~p}[∇l ∇lᵀ] = Jᵀ S J` of one example: `Var_p(J W)`.
//! In a chain of L + 1 layers without biases and with rectifiers between them, `J W = (L + 1) z` for all layers together, so it is
//! `(L + 1)² Var_p(z)`, and with the labels that were observed instead of the model's `(L + 1)² (⟨p, z⟩ − z_y)²`.

use super::change::derivative;
use super::classes::softmaxes;
use super::{Examples, Scope, Work};
use crate::error::Result;
use crate::head::Softmax;
use crate::measure::to_vec;
use tch::{Kind, Tensor};

/// One example's squared norm, in three readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FisherRao {
    /// `Var_p(J W)` of the chosen layers' weights: the definition, whatever the network.
    pub of_weights: f64,
    /// `(L + 1)² Var_p(z)`, L + 1 the number of all layers with weights.
    pub of_logits: f64,
    /// `(L + 1)² (⟨p, z⟩ − z_y)²`, the form that is mostly computed.
    pub observed: f64,
}

/// Each example's squared Fisher-Rao norm.
///
/// # Errors
/// A memory that holds not even one example, operators without second derivatives.
pub fn fisher_rao(scope: &Scope<'_>, examples: &Examples) -> Result<Vec<FisherRao>> {
    let rows = scope.rows(Work::Probes)?;
    let depth_sq = (scope.network.layers().len() as f64).powi(2);
    let mut found = Vec::with_capacity(examples.count());
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let (logits, along) =
            along_weights(scope, &block).map_err(|error| scope.explained(error))?;
        scope.check(&block, &logits)?;
        let classes = logits.size()[1] as usize;
        let (z, along) = (to_vec(&logits)?, to_vec(&along)?);
        let each = softmaxes(&logits)?.into_iter().zip(block.labels());
        let numbers = z.chunks(classes).zip(along.chunks(classes));
        for ((softmax, label), (z, along)) in each.zip(numbers) {
            // ⟨p − e_y, z⟩ by differences to the predicted class's logit, which changes nothing as the entries sum to zero.
            let gradient = softmax.gradient(*label);
            let slope: f64 = gradient
                .iter()
                .zip(z)
                .map(|(g, z_k)| g * (z_k - z[softmax.top]))
                .sum();
            found.push(FisherRao {
                of_weights: variance(&softmax, along),
                of_logits: depth_sq * variance(&softmax, z),
                observed: depth_sq * slope * slope,
            });
        }
        scope
            .watch
            .at("examples", found.len() as u64, examples.count() as u64)?;
    }
    Ok(found)
}

/// The logits, and their derivative as all chosen weights grow alike: `J W`, `[N, K]` each.
///
/// The derivative of a gradient along u, which is linear in u, in u.
fn along_weights(scope: &Scope<'_>, examples: &Examples) -> Result<(Tensor, Tensor)> {
    let weights = scope.layers.iter();
    let weights: Vec<Tensor> = weights
        .map(|number| scope.layer(*number).weight().shallow_clone())
        .collect();
    let rows = examples.count() as i64;
    let amount = scope.leaf(&[1, rows])?;
    let amounts = amount.f_expand([weights.len() as i64, rows], true)?;
    let logits = scope.along(examples.x(), &weights, &amounts)?;
    let u = scope.leaf(&logits.size())?;
    let sum = logits.f_mul(&u)?.f_sum(None::<Kind>)?;
    let slopes = derivative(&sum, &amount, true, true)?;
    let along = derivative(&slopes.f_sum(None::<Kind>)?, &u, false, false)?;
    Ok((logits.f_detach()?, along))
}

/// Var_p(u), by differences to the predicted class's.
fn variance(softmax: &Softmax, u: &[f64]) -> f64 {
    let from_top = |k: usize| u[k] - u[softmax.top];
    let mean: f64 = (0..u.len()).map(|k| softmax.p[k] * from_top(k)).sum();
    (0..u.len())
        .map(|k| softmax.p[k] * (from_top(k) - mean).powi(2))
        .sum()
}
