//! Everything that follows from an example's logits, label, ‖φ‖² and the last layer's weights.

use crate::head::{Softmax, Weights, length};
use valleyscope_shared::measure::Measure;

/// Reads one example; `write` takes each measure and its value.
///
/// Logits that are not finite leave every value not a number, the prediction included.
pub(super) fn read(
    weights: &Weights,
    logits: &[f64],
    label: usize,
    phi_sq: f64,
    mut write: impl FnMut(Measure, f64),
) {
    if logits.iter().any(|z| !z.is_finite()) {
        return;
    }
    let softmax = Softmax::new(logits);
    let gini = softmax.gini();
    let gradient = softmax.gradient(label);
    let trace = gini * phi_sq;
    write(Measure::Loss, softmax.loss(label));
    write(Measure::Confidence, softmax.p[softmax.top]);
    write(Measure::Margin, softmax.margin(label));
    write(Measure::Pred, softmax.top as f64);
    write(Measure::Entropy, softmax.entropy());
    write(Measure::Gini, gini);
    write(Measure::TraceH, trace);
    write(Measure::KappaCode, weights.fro_sq().sqrt() * trace);
    write(Measure::KappaF2, weights.fro_sq() * trace);
    write(Measure::KappaF2c, weights.centred_fro_sq() * trace);
    write(Measure::KappaTr, weights.variance(&softmax) * phi_sq);
    write(Measure::KappaMax, weights.weighted_gini(&softmax) * phi_sq);
    write(Measure::LambdaMax, softmax.lambda_max() * phi_sq);
    write(Measure::GradW, length(&gradient) * phi_sq.sqrt());
    write(Measure::GradPhi, weights.gradient_length(&gradient));
}
