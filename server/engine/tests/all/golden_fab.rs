//! FAB against torchattacks 3.5.1, step by step (`golden/torchattacks_fab.py` made the values).

use crate::common::attacks::{distance, rows};
use crate::common::subject::{Subject, on_both};
use serde_json::Value;
use tch::{Reduction, Tensor};
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

/// How many of the thirty right images are looked at here. All were measured: losses of all steps differ by 1e-12 at most,
/// smallest norms by 2e-12, and every success is the same.
const IMAGES: usize = 4;

/// After each step, for each image.
struct Trace {
    loss: Vec<Vec<f64>>,
    /// The norm of the perturbation where it is misclassified.
    found: Vec<Vec<Option<f64>>>,
}

impl Trace {
    /// The points from `from` on for `steps` steps, each run's own start left out.
    fn run(&self, from: usize, steps: usize) -> Self {
        Self {
            loss: self.loss[from + 1..=from + steps].to_vec(),
            found: self.found[from + 1..=from + steps].to_vec(),
        }
    }

    fn smallest(&self, image: usize) -> Option<f64> {
        let found = self.found.iter().filter_map(|step| step[image]);
        found.reduce(f64::min)
    }
}

fn ours(subject: &Subject, spec: &AttackSpec, rows_of: &[i64]) -> Trace {
    let loaded = subject.network();
    let (x, labels) = subject.images(32);
    let index = Tensor::from_slice(rows_of);
    let (x, labels) = (x.index_select(0, &index), labels.index_select(0, &index));
    let batch = Batch {
        x: x.shallow_clone(),
        truth: labels.shallow_clone(),
        labels: labels.shallow_clone(),
        indices: rows_of.iter().map(|row| *row as u64).collect(),
        towards: None,
        last_gradient: false,
    };
    let mut steps = attack::start(spec, loaded.model.as_ref(), batch, Noise::new(1)).unwrap();
    let (clean, norm) = (rows(&x), spec.norm());
    let own = Vec::<i64>::try_from(&labels).unwrap();
    let mut trace = Trace {
        loss: Vec::new(),
        found: Vec::new(),
    };
    while let Some(step) = steps.step().unwrap() {
        let loss =
            step.logits
                .cross_entropy_loss(&labels, None::<&Tensor>, Reduction::None, -100, 0.0);
        trace.loss.push(Vec::try_from(&loss).unwrap());
        let pred = Vec::<i64>::try_from(&step.logits.argmax(1, false)).unwrap();
        let far = rows(&step.x);
        let far = far.iter().zip(&clean).map(|(a, b)| distance(norm, a, b));
        let found = far.zip(pred.iter().zip(&own));
        let found = found.map(|(far, (pred, own))| (pred != own).then_some(far));
        trace.found.push(found.collect());
    }
    trace
}

fn golden(subject: &Subject) -> (Value, Vec<i64>) {
    let golden = subject.golden("torchattacks_fab");
    let rows = golden["rows"].as_array().unwrap();
    let rows = rows.iter().take(IMAGES).map(|row| row.as_i64().unwrap());
    let rows = rows.collect();
    (golden, rows)
}

/// Both work in f64 and differ in rounding, 1e-12 of a loss: we fold batch norms and solve each projection in another way.
/// The choice of the nearest class and the step back are jumps; an image that rounding sends the other way would show in the third digit.
fn follows(what: &str, ours: &Trace, theirs: &Value, epsilon: f64) {
    let images = ours.loss[0].len();
    for (step, loss) in ours.loss.iter().enumerate() {
        let differences = (0..images).map(|image| {
            let want = theirs["loss"][step][image].as_f64().unwrap();
            (loss[image] - want).abs() / want.abs().max(0.01)
        });
        let most = differences.fold(0.0, f64::max);
        println!("{what} after step {}: {most:.1e}", step + 1);
        assert!(most < 1e-9, "{what} after step {}: {most:e}", step + 1);
    }
    let mut most = 0.0_f64;
    for image in 0..images {
        let (got, want) = (ours.smallest(image), theirs["norm"][image].as_f64());
        assert_eq!(got.is_some(), want.is_some(), "{what}, image {image}");
        if let (Some(got), Some(want)) = (got, want) {
            most = most.max((got / want - 1.0).abs());
            assert!(
                (got / want - 1.0).abs() < 1e-9,
                "{what}, image {image}: {got} {want}"
            );
            assert_eq!(got <= epsilon, want <= epsilon, "{what}, image {image}");
        }
    }
    println!("{what}: smallest norms differ by {most:.1e}");
}

fn fab_follows_torchattacks(subject: &Subject, norm: Norm, epsilon: f64) {
    let (golden, rows) = golden(subject);
    let values = [("norm", norm.id().into()), ("steps", 20.into())];
    let whole = ours(subject, &AttackSpec::new("fab", values), &rows);
    let theirs = &golden["fab"][norm.id()];
    follows(&format!("fab {norm:?}"), &whole.run(0, 20), theirs, epsilon);
}

fn fab_t_follows_torchattacks(subject: &Subject, norm: Norm, epsilon: f64) {
    let (golden, rows) = golden(subject);
    let values = [
        ("norm", norm.id().into()),
        ("steps", 10.into()),
        ("target_classes", 2.into()),
        ("exhaustive", true.into()),
    ];
    let whole = ours(subject, &AttackSpec::new("fab_t", values), &rows);
    for target in 0..2 {
        let theirs = &golden["fab_t"][norm.id()][target];
        let what = format!("fab_t {norm:?} {target}");
        follows(&what, &whole.run(11 * target, 10), theirs, epsilon);
    }
}

fn fab_in_linf_follows_torchattacks(subject: &Subject) {
    fab_follows_torchattacks(subject, Norm::Linf, 8.0 / 255.0);
}

fn fab_in_l2_follows_torchattacks(subject: &Subject) {
    fab_follows_torchattacks(subject, Norm::L2, 0.5);
}

fn fab_t_in_linf_follows_torchattacks(subject: &Subject) {
    fab_t_follows_torchattacks(subject, Norm::Linf, 8.0 / 255.0);
}

fn fab_t_in_l2_follows_torchattacks(subject: &Subject) {
    fab_t_follows_torchattacks(subject, Norm::L2, 0.5);
}

on_both!(
    fab_in_linf_follows_torchattacks,
    fab_in_l2_follows_torchattacks,
    fab_t_in_linf_follows_torchattacks,
    fab_t_in_l2_follows_torchattacks,
);
