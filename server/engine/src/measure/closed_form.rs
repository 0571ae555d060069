//! Everything that follows from an example's logits and label, and with a linear last layer from ‖φ‖² and its weights.

use crate::head::{Softmax, Weights, length};
use valleyscope_shared::measure::Measure;

/// The softmax of one example's logits.
///
/// Logits that are not finite have none, and leave every value not a number, the prediction included.
pub(super) fn softmax(logits: &[f64]) -> Option<Softmax> {
    let finite = logits.iter().all(|z| z.is_finite());
    finite.then(|| Softmax::new(logits))
}

/// What the logits alone say; `write` takes each measure and its value.
pub(super) fn of_logits(softmax: &Softmax, label: usize, mut write: impl FnMut(Measure, f64)) {
    write(Measure::Loss, softmax.loss(label));
    write(Measure::Confidence, softmax.p[softmax.top]);
    write(Measure::Margin, softmax.margin(label));
    write(Measure::Pred, softmax.top as f64);
    write(Measure::Entropy, softmax.entropy());
    write(Measure::Gini, softmax.gini());
}

/// What a linear last layer adds.
pub(super) fn of_features(
    weights: &Weights,
    softmax: &Softmax,
    label: usize,
    phi_sq: f64,
    mut write: impl FnMut(Measure, f64),
) {
    let gradient = softmax.gradient(label);
    let trace = softmax.gini() * phi_sq;
    write(Measure::TraceH, trace);
    write(Measure::KappaCode, weights.fro_sq().sqrt() * trace);
    write(Measure::KappaF2, weights.fro_sq() * trace);
    write(Measure::KappaF2c, weights.centred_fro_sq() * trace);
    write(Measure::KappaTr, weights.variance(softmax) * phi_sq);
    write(Measure::KappaMax, weights.weighted_gini(softmax) * phi_sq);
    write(Measure::LambdaMax, softmax.lambda_max() * phi_sq);
    write(Measure::GradW, length(&gradient) * phi_sq.sqrt());
    write(Measure::GradPhi, weights.gradient_length(&gradient));
}
