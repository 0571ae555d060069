//! The Gauss-Newton part of a trace, class by class: `Tr(Jᵀ S J) = Σ_k ‖Jᵀ b_k‖²` with `b_k = √p_k (e_k − p)`.
//!
//! K backward passes give it exactly for all layers at once, because `S = Σ_k b_k b_kᵀ`.
//! With signs r, `‖Jᵀ Σ_k r_k b_k‖²` has that mean: Hutchinson's estimate in the K classes instead of all weights.
//! Relative sharpness needs no more: `Σ_{s,s'} ⟨w_s, w_s'⟩ ⟨g_s, g_s'⟩ = ‖Wᵀ G‖²_F` of each such gradient G with rows g_s.

use super::change::Taps;
use super::gradient::Seeds;
use super::{Scope, examples};
use crate::error::Result;
use crate::head::Softmax;
use crate::measure::to_vec;
use tch::Tensor;

/// Traces of each chosen layer's block: `[layer][example]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Traces {
    /// Tr H.
    pub plain: Vec<Vec<f64>>,
    /// κ_tr = Σ_{s,s'} ⟨w_s, w_s'⟩ Tr H_{s,s'}; empty where nobody asked.
    pub coloured: Vec<Vec<f64>>,
}

/// W Wᵀ of each chosen layer, with the weight as rows.
pub(super) fn squares(scope: &Scope<'_>) -> Result<Vec<Tensor>> {
    let square = |number: &usize| -> Result<Tensor> {
        let layer = scope.layer(*number);
        let rows = layer.weight().f_reshape(layer.rows())?;
        Ok(rows.f_matmul(&rows.f_transpose(0, 1)?)?)
    };
    scope.layers.iter().map(square).collect()
}

/// The softmax of every row of logits, in f64.
pub(super) fn softmaxes(logits: &Tensor) -> Result<Vec<Softmax>> {
    let classes = logits.size()[1] as usize;
    let rows = to_vec(logits)?;
    Ok(rows.chunks(classes.max(1)).map(Softmax::new).collect())
}

/// `Σ_k c_k b_k` for coefficients c.
fn combination(softmax: &Softmax, coefficients: impl Iterator<Item = f64>) -> Vec<f64> {
    let roots: Vec<f64> = coefficients
        .zip(&softmax.p)
        .map(|(c, p)| c * p.sqrt())
        .collect();
    let sum: f64 = roots.iter().sum();
    let top = softmax.top;
    let others = sum - roots[top];
    let entry = |(k, root): (usize, &f64)| match k == top {
        // √p c (1 − p) − p Σ_{j≠top}: the complement is known without a subtraction.
        true => root * softmax.q - softmax.p[k] * others,
        false => root - softmax.p[k] * sum,
    };
    roots.iter().enumerate().map(entry).collect()
}

/// `‖Jᵀ v‖²` of every example and chosen layer for one row of logits each, plain and contracted with W Wᵀ.
fn squared(
    scope: &Scope<'_>,
    taps: &Taps,
    rows: &[Vec<f64>],
    squares: Option<&[Tensor]>,
) -> Result<Traces> {
    let Seeds { sum, lengths } = Seeds::along(scope, &taps.logits, rows)?;
    let mut found = Traces::default();
    scope.gradients(taps, &sum, true, |place, gradient| {
        let back = |sums: Vec<f64>| {
            let scaled = sums.iter().zip(&lengths);
            scaled.map(|(sum, length)| sum * length * length).collect()
        };
        found
            .plain
            .push(back(examples::row_sums(&gradient.f_square()?)?));
        if let Some(squares) = squares {
            let product = squares[place].f_matmul(&gradient)?.f_mul(&gradient)?;
            found.coloured.push(back(examples::row_sums(&product)?));
        }
        Ok(())
    })?;
    Ok(found)
}

/// The exact Gauss-Newton traces.
pub(super) fn exact(scope: &Scope<'_>, taps: &Taps, squares: Option<&[Tensor]>) -> Result<Traces> {
    let softmaxes = softmaxes(&taps.logits)?;
    let classes = taps.logits.size()[1] as usize;
    let mut total = Traces::default();
    for class in 0..classes {
        let only = |k: usize| if k == class { 1.0 } else { 0.0 };
        let rows: Vec<Vec<f64>> = softmaxes
            .iter()
            .map(|softmax| combination(softmax, (0..classes).map(only)))
            .collect();
        add(&mut total, squared(scope, taps, &rows, squares)?);
        scope
            .watch
            .at("class by class", class as u64 + 1, classes as u64)?;
    }
    Ok(total)
}

/// One sample of them, by signs for the classes.
pub(super) fn sample(
    scope: &Scope<'_>,
    taps: &Taps,
    signs: &[f64],
    squares: Option<&[Tensor]>,
) -> Result<Traces> {
    let rows: Vec<Vec<f64>> = softmaxes(&taps.logits)?
        .iter()
        .map(|softmax| combination(softmax, signs.iter().copied()))
        .collect();
    squared(scope, taps, &rows, squares)
}

fn add(total: &mut Traces, more: Traces) {
    for (total, more) in [
        (&mut total.plain, more.plain),
        (&mut total.coloured, more.coloured),
    ] {
        match total.is_empty() {
            true => *total = more,
            false => {
                for (total, more) in total.iter_mut().flatten().zip(more.iter().flatten()) {
                    *total += more;
                }
            }
        }
    }
}
