//! Guards of what is measured: batches, rescaling, neuron blocks and the bias.
//!
//! Elsewhere: the steepest direction on whole walks (G12, `gradients.rs`), logits that saturate (G19, `golden_closed_form.rs`),
//! a last layer that is not the model's (G29, the head check's own tests), and pictures of 8 bits (G16, the server's pictures).

use crate::common::attacks::{images, labels, network, steps};
use crate::common::models::Network;
use tch::{Device, Kind, Reduction, Tensor};
use valleyscope_engine::attack::Step;
use valleyscope_engine::measure::{LastLayer, Reader, Reading};
use valleyscope_engine::model::Model;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::spec::AttackSpec;

/// The readings of clean images.
fn read(model: &dyn Model, x: &Tensor, labels: &Tensor) -> (Step, Reading) {
    let spec = AttackSpec::new("pgd", [("steps", 1.into())]);
    let step = steps(&spec, model, x, labels).swap_remove(0);
    let last = LastLayer::of(&model.head()).unwrap();
    let labels = Vec::<i64>::try_from(labels).unwrap();
    let mut reader = Reader::new(&last, labels.iter().map(|y| *y as usize).collect());
    let reading = reader.read(&step).unwrap();
    (step, reading)
}

/// The Hessian of the mean loss in the last layer, by differentiating twice: `[class][feature or bias][class][feature or bias]`.
fn hessian(model: &Network, features: &Tensor, labels: &Tensor) -> Vec<f64> {
    let ones = Tensor::ones([features.size()[0], 1], (Kind::Double, Device::Cpu));
    let inputs = Tensor::cat(&[features, &ones], 1);
    let layer = Tensor::cat(&[&model.weight, &model.bias.unsqueeze(1)], 1)
        .detach()
        .set_requires_grad(true);
    let loss = inputs.matmul(&layer.transpose(0, 1)).cross_entropy_loss(
        labels,
        None::<&Tensor>,
        Reduction::Mean,
        -100,
        0.0,
    );
    let gradient = Tensor::run_backward(&[loss], &[&layer], true, true)
        .swap_remove(0)
        .flatten(0, -1);
    (0..gradient.size()[0])
        .flat_map(|i| {
            let row =
                Tensor::run_backward(&[gradient.get(i)], &[&layer], true, false).swap_remove(0);
            Vec::<f64>::try_from(row.flatten(0, -1)).unwrap()
        })
        .collect()
}

/// tr H_jk over the first `width` inputs of the layer, of `inputs` with the bias.
fn block(hessian: &[f64], [j, k]: [usize; 2], inputs: usize, width: usize) -> f64 {
    let side = (hessian.len() as f64).sqrt() as usize;
    (0..width)
        .map(|i| hessian[(j * inputs + i) * side + k * inputs + i])
        .sum()
}

/// G25: what is read of an example is its own, not a share of its batch: all together are B times the batch's mean.
/// Planted: the mean loss instead of the sum in the attack's gradient; failed.
#[test]
fn g25_examples_sum_to_the_batch() {
    let (model, x) = (network(), images(5));
    let labels = labels(&model, &x);
    let (step, reading) = read(&model, &x, &labels);
    let hessian = hessian(&model, &step.features, &labels);
    let trace: f64 = (0..4).map(|k| block(&hessian, [k, k], 17, 16)).sum();
    let sum: f64 = reading.column(Measure::TraceH).iter().sum();
    assert!((sum / (5.0 * trace) - 1.0).abs() < 1e-12, "{sum} {trace}");

    let leaf = x.detach().set_requires_grad(true);
    let mean = model.forward(&leaf).unwrap().logits.cross_entropy_loss(
        &labels,
        None::<&Tensor>,
        Reduction::Mean,
        -100,
        0.0,
    );
    let gradient = Tensor::run_backward(&[mean], &[&leaf], false, false).swap_remove(0) * 5.0;
    let own = &step.gradient.unwrap().direction;
    assert!((own - gradient).abs().max().double_value(&[]) < 1e-12);

    for row in 0..5 {
        let (x, labels) = (x.narrow(0, row, 1), labels.narrow(0, row, 1));
        let alone = read(&model, &x, &labels).1;
        for measure in [Measure::TraceH, Measure::KappaTr, Measure::GradXL2] {
            let (alone, together) = (
                alone.column(measure)[0],
                reading.column(measure)[row as usize],
            );
            assert!((alone / together - 1.0).abs() < 1e-12, "{measure:?}");
        }
    }
}

/// G26: features times a and weights by a are the same network. Planted: ‖W‖_F for ‖W‖_F² in `kappa_f2`; failed.
#[test]
fn g26_rescaling_layers_changes_what_the_page_says_and_nothing_else() {
    let a = 3.0;
    let (model, x) = (network(), images(5));
    let labels = labels(&model, &x);
    let scaled = Network {
        hidden: model.hidden.as_ref().map(|hidden| hidden * a),
        weight: &model.weight / a,
        bias: model.bias.shallow_clone(),
        detach: false,
    };
    let (before, after) = (read(&model, &x, &labels).1, read(&scaled, &x, &labels).1);
    for (measure, factor) in [
        (Measure::KappaTr, 1.0),
        (Measure::KappaF2, 1.0),
        (Measure::KappaF2c, 1.0),
        (Measure::KappaMax, 1.0),
        (Measure::KappaCode, a),
        (Measure::TraceH, a * a),
        (Measure::LambdaMax, a * a),
        (Measure::Loss, 1.0),
        (Measure::GradXL2, 1.0),
    ] {
        for (before, after) in before.column(measure).iter().zip(after.column(measure)) {
            // Differences of logits of size ten are rounded otherwise: 1e-15 times ten, grown by exp.
            assert!(
                (after / before / factor - 1.0).abs() < 1e-11,
                "{measure:?}: {before} {after}"
            );
        }
    }
}

/// G27: every neuron's block stands at its own indices and is divided by nothing.
/// κ_tr is Σ_jk ⟨w_j, w_k⟩ tr H_jk, and κ_max Σ_k ‖w_k‖² λ(H_kk), where a block of rank one has its trace for λ.
/// Planted: κ_tr divided by the number of features; failed.
#[test]
fn g27_neuron_blocks_are_those_of_the_hessian() {
    let (model, x) = (network(), images(4));
    let labels = labels(&model, &x);
    for row in 0..4 {
        let (x, labels) = (x.narrow(0, row, 1), labels.narrow(0, row, 1));
        let (step, reading) = read(&model, &x, &labels);
        let hessian = hessian(&model, &step.features, &labels);
        let dot = |j: i64, k: i64| {
            model
                .weight
                .get(j)
                .dot(&model.weight.get(k))
                .double_value(&[])
        };
        let of = |j: i64, k: i64| dot(j, k) * block(&hessian, [j as usize, k as usize], 17, 16);
        let all: f64 = (0..4).map(|j| (0..4).map(|k| of(j, k)).sum::<f64>()).sum();
        let diagonal: f64 = (0..4).map(|k| of(k, k)).sum();
        for (measure, want) in [(Measure::KappaTr, all), (Measure::KappaMax, diagonal)] {
            let got = reading.column(measure)[0];
            // The Hessian's p − p² and the sum over neurons cancel: 1e-16 of its largest terms, which κ_max sums.
            assert!(
                (got - want).abs() < 1e-12 * diagonal,
                "{measure:?}, row {row}: {got} {want}"
            );
        }
    }
}

/// G28: the bias is left out, as the pages say; with it the trace is greater by Σ p(1 − p).
/// Planted: ‖φ‖² + 1 for ‖φ‖²; failed.
#[test]
fn g28_the_bias_is_not_part_of_the_trace() {
    let (model, x) = (network(), images(1));
    let labels = labels(&model, &x);
    let (step, reading) = read(&model, &x, &labels);
    let hessian = hessian(&model, &step.features, &labels);
    let trace = |width: usize| {
        (0..4)
            .map(|k| block(&hessian, [k, k], 17, width))
            .sum::<f64>()
    };
    let (weights, with_bias) = (trace(16), trace(17));
    let (own, gini) = (
        reading.column(Measure::TraceH)[0],
        reading.column(Measure::Gini)[0],
    );
    // 1 − p is taken as a difference in the Hessian's p − p².
    assert!(
        (own - weights).abs() < 1e-12 * (1.0 + weights),
        "{own} {weights}"
    );
    assert!(
        (own + gini - with_bias).abs() < 1e-12 * (1.0 + weights),
        "{own} {gini} {with_bias}"
    );
    assert!(gini > 1e-6, "{gini} is too small to tell the two apart");
}
