//! Laws that hold for every attack of the registry, so that a new attack is tested by being registered.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::models::Network;
use tch::{Kind, Tensor};
use valleyscope_engine::attack::{self, Batch, Place};
use valleyscope_engine::error::Error;
use valleyscope_engine::model::Model;
use valleyscope_engine::noise::{Noise, Purpose};
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Fgsm, Gradient, Loss, Pgd};

const INPUTS: i64 = 12;
const CLASSES: i64 = 4;

fn network() -> Network {
    Network::relu(INPUTS, 16, CLASSES, Kind::Double)
}

/// One path: every iterate, flattened, `[point][example][value]`.
type Path = Vec<Vec<Vec<f64>>>;

fn images(count: i64) -> Tensor {
    let mut stream = Noise::new(5).stream(0, Purpose::Start);
    let values: Vec<f64> = (0..count * INPUTS).map(|_| stream.unit()).collect();
    Tensor::from_slice(&values).view([count, 3, 2, 2])
}

fn labels(model: &dyn Model, x: &Tensor) -> Tensor {
    model.forward(x).unwrap().logits.argmax(1, false)
}

fn rows(x: &Tensor) -> Vec<Vec<f64>> {
    let x = x.flatten(1, -1).to_kind(Kind::Double);
    (0..x.size()[0])
        .map(|row| Vec::try_from(x.get(row)).unwrap())
        .collect()
}

fn path_of(
    spec: &AttackSpec,
    model: &dyn Model,
    x: &Tensor,
    labels: &Tensor,
    indices: Vec<u64>,
    seed: u64,
) -> Path {
    let batch = Batch {
        x: x.shallow_clone(),
        labels: labels.shallow_clone(),
        indices,
        last_gradient: false,
    };
    let mut steps = attack::start(spec, model, batch, Noise::new(seed)).unwrap();
    std::iter::from_fn(|| steps.step().unwrap())
        .map(|step| rows(&step.x))
        .collect()
}

fn path(spec: &AttackSpec, count: i64, seed: u64) -> Path {
    let (model, x) = (network(), images(count));
    path_of(
        spec,
        &model,
        &x,
        &labels(&model, &x),
        (0..count as u64).collect(),
        seed,
    )
}

/// Every attack in both norms, with both losses and gradients, with and without what is random about it.
fn registry(epsilon: f64) -> Vec<AttackSpec> {
    let mut list = Vec::new();
    for norm in [Norm::Linf, Norm::L2] {
        for loss in [Loss::CrossEntropy, Loss::Margin] {
            for gradient in [Gradient::Autograd, Gradient::Stable] {
                for target in [None, Some(2)] {
                    let epsilon = Amount::from(epsilon);
                    list.push(AttackSpec::Fgsm(Fgsm {
                        norm,
                        epsilon: epsilon.clone(),
                        loss,
                        gradient,
                        target,
                    }));
                    for random_start in [false, true] {
                        let step_size = Amount::from(0.03);
                        list.push(AttackSpec::Pgd(Pgd {
                            norm,
                            epsilon: epsilon.clone(),
                            step_size,
                            steps: 6,
                            random_start,
                            loss,
                            gradient,
                            target,
                        }));
                    }
                }
            }
        }
    }
    let ids: std::collections::BTreeSet<_> = list.iter().map(AttackSpec::id).collect();
    let known: std::collections::BTreeSet<_> = valleyscope_shared::spec::attack::all()
        .into_iter()
        .map(|info| info.id)
        .collect();
    assert_eq!(
        ids.into_iter()
            .map(str::to_owned)
            .collect::<std::collections::BTreeSet<_>>(),
        known,
        "the laws must cover the registry"
    );
    list
}

fn distance(norm: Norm, a: &[f64], b: &[f64]) -> f64 {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    match norm {
        Norm::Linf => differences.fold(0.0, f64::max),
        Norm::L2 => differences.map(|d| d * d).sum::<f64>().sqrt(),
    }
}

#[test]
fn every_iterate_lies_in_the_ball_and_in_the_pixel_range() {
    for spec in registry(0.1) {
        assert!(attack::traits(&spec).ball);
        let path = path(&spec, 5, 1);
        for point in &path {
            for (image, clean) in point.iter().zip(&path[0]) {
                assert!(
                    image.iter().all(|value| (0.0..=1.0).contains(value)),
                    "{spec:?}"
                );
                // x0 + epsilon is rounded once, and the l2 length by a square root: a few units in the last place.
                assert!(
                    distance(spec.norm(), image, clean) <= 0.1 * (1.0 + 1e-14),
                    "{spec:?}"
                );
            }
        }
    }
}

#[test]
fn an_attack_has_one_point_per_update_and_the_clean_one_and_its_start() {
    for spec in registry(0.1) {
        let points = 1 + spec.steps() + usize::from(spec.random_start());
        assert_eq!(path(&spec, 2, 1).len(), points, "{spec:?}");
    }
}

#[test]
fn epsilon_zero_changes_nothing() {
    for spec in registry(0.0) {
        let path = path(&spec, 3, 1);
        assert!(path.iter().all(|point| *point == path[0]), "{spec:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_path() {
    for spec in registry(0.1) {
        assert!(attack::traits(&spec).deterministic);
        assert_eq!(path(&spec, 3, 7), path(&spec, 3, 7), "{spec:?}");
    }
}

#[test]
fn another_seed_gives_another_start_and_only_that() {
    for spec in registry(0.1) {
        assert_eq!(
            path(&spec, 3, 7) != path(&spec, 3, 8),
            spec.random_start(),
            "{spec:?}"
        );
    }
}

#[test]
fn stopping_after_k_steps_gives_the_first_k_steps() {
    for spec in registry(0.1) {
        assert!(attack::traits(&spec).prefix_stable);
        let whole = path(&spec, 3, 1);
        let AttackSpec::Pgd(pgd) = &spec else {
            continue;
        };
        let short = path(
            &AttackSpec::Pgd(Pgd {
                steps: 3,
                ..pgd.clone()
            }),
            3,
            1,
        );
        assert_eq!(short[..], whole[..short.len()], "{spec:?}");
    }
}

#[test]
fn an_example_does_not_depend_on_its_batch() {
    let (model, x) = (network(), images(5));
    let labels = labels(&model, &x);
    for spec in registry(0.1) {
        let together = path_of(&spec, &model, &x, &labels, (0..5).collect(), 3);
        for row in 0..5 {
            let alone = path_of(
                &spec,
                &model,
                &x.narrow(0, row, 1),
                &labels.narrow(0, row, 1),
                vec![row as u64],
                3,
            );
            for (point, (alone, together)) in alone.iter().zip(&together).enumerate() {
                for (a, b) in alone[0].iter().zip(&together[row as usize]) {
                    // Matrix products of other sizes sum in another order: 1e-15 per sum, grown over six l2 steps.
                    assert!(
                        (a - b).abs() < 1e-12,
                        "{spec:?}, point {point}, row {row}: {a} {b}"
                    );
                }
            }
        }
    }
}

#[test]
fn fgsm_is_one_step_of_pgd() {
    for norm in [Norm::Linf, Norm::L2] {
        let epsilon = Amount::from(0.07);
        let fgsm = AttackSpec::Fgsm(Fgsm {
            norm,
            epsilon: epsilon.clone(),
            ..Fgsm::default()
        });
        let pgd = AttackSpec::Pgd(Pgd {
            norm,
            epsilon: epsilon.clone(),
            step_size: epsilon,
            steps: 1,
            ..Pgd::default()
        });
        assert_eq!(path(&fgsm, 4, 1), path(&pgd, 4, 1));
    }
}

/// On a linear two-class model the loss at the worst point of the ball is known: the logit gap falls by ε‖w_0 − w_1‖_q,
/// with q the dual norm. A wrong steepest direction (such as the sign in l2) misses it.
#[test]
fn on_a_linear_model_the_attack_ends_at_the_dual_norm_optimum() {
    let weight = [
        0.9, -0.4, 0.3, 0.05, -0.5, 0.8, 0.2, -0.6, 0.1, 0.7, -0.2, 0.4,
    ];
    let model = Network::linear(&weight, 2);
    let (x, labels) = (
        Tensor::full([1, 6], 0.5, (Kind::Double, tch::Device::Cpu)),
        Tensor::from_slice(&[0_i64]),
    );
    let difference: Vec<f64> = (0..6).map(|i| weight[i] - weight[6 + i]).collect();
    for spec in registry(0.2)
        .into_iter()
        .filter(|spec| spec.target().is_none())
    {
        assert!(attack::traits(&spec).finds_linear_optimum);
        let dual: f64 = match spec.norm() {
            Norm::Linf => difference.iter().map(|d| d.abs()).sum(),
            Norm::L2 => difference.iter().map(|d| d * d).sum::<f64>().sqrt(),
        };
        // Enough steps to walk from the far side of the ball, where a random start may lie.
        let spec = match spec {
            AttackSpec::Pgd(pgd) => AttackSpec::Pgd(Pgd { steps: 200, ..pgd }),
            fgsm => fgsm,
        };
        let path = path_of(&spec, &model, &x, &labels, vec![0], 1);
        let gap = |x: &[f64]| difference.iter().zip(x).map(|(d, x)| d * x).sum::<f64>();
        let (first, last) = (gap(&path[0][0]), gap(&path[path.len() - 1][0]));
        // Along the sphere an l2 walk closes in geometrically; 200 steps leave less than 1e-9. The rest is rounding.
        assert!(
            (first - last - 0.2 * dual).abs() < 1e-9,
            "{spec:?}: {} instead of {}",
            first - last,
            0.2 * dual
        );
    }
}

#[test]
fn a_targeted_attack_raises_the_target_and_an_untargeted_one_lowers_the_label() {
    let (model, x) = (network(), images(6));
    let truth = labels(&model, &x);
    for loss in [Loss::CrossEntropy, Loss::Margin] {
        for target in [None, Some(2)] {
            let pgd = Pgd {
                epsilon: Amount::from(0.3),
                step_size: Amount::from(0.02),
                steps: 30,
                loss,
                target,
                ..Pgd::default()
            };
            let aim = target.map_or_else(
                || truth.shallow_clone(),
                |class| truth.full_like(i64::from(class)),
            );
            let path = path_of(&AttackSpec::Pgd(pgd), &model, &x, &aim, (0..6).collect(), 1);
            let loss_at = |point: &Vec<Vec<f64>>| {
                let flat: Vec<f64> = point.iter().flatten().copied().collect();
                let logits = model
                    .forward(&Tensor::from_slice(&flat).view([6, 12]))
                    .unwrap()
                    .logits;
                logits.cross_entropy_for_logits(&aim).double_value(&[])
            };
            let (before, after) = (loss_at(&path[0]), loss_at(&path[path.len() - 1]));
            assert_eq!(
                after < before,
                target.is_some(),
                "{loss:?} {target:?}: {before} to {after}"
            );
        }
    }
}

/// Where nothing saturates, both ways to the gradient give the same number; the stable one also where autograd is exactly zero.
#[test]
fn the_stable_gradient_is_autograds_where_autograd_is_right() {
    let gradient_at = |scale: f64, gradient: Gradient| {
        let mut model = network();
        model.weight = &model.weight * scale;
        model.bias = &model.bias * scale;
        let x = images(3);
        let labels = labels(&model, &x);
        let spec = AttackSpec::Pgd(Pgd {
            gradient,
            steps: 1,
            ..Pgd::default()
        });
        let batch = Batch {
            x,
            labels,
            indices: vec![0, 1, 2],
            last_gradient: false,
        };
        let step = attack::start(&spec, &model, batch, Noise::new(1))
            .unwrap()
            .step()
            .unwrap()
            .unwrap();
        assert_eq!(step.place, Place::Clean);
        let got = step.gradient.unwrap();
        let factor = got
            .scale
            .unwrap_or_else(|| Tensor::ones([3], (Kind::Double, tch::Device::Cpu)));
        let gradient = got.direction.flatten(1, -1) * factor.unsqueeze(1);
        (rows(&gradient), rows(&got.direction))
    };
    let (autograd, stable) = (
        gradient_at(1.0, Gradient::Autograd).0,
        gradient_at(1.0, Gradient::Stable).0,
    );
    for (a, b) in autograd.iter().flatten().zip(stable.iter().flatten()) {
        // Autograd's own entry loses digits of 1 - p; with p up to 0.999 that is 1e-13.
        assert!((a - b).abs() <= 1e-12 * a.abs().max(1e-3), "{a} {b}");
    }
    let dead = gradient_at(1e4, Gradient::Autograd).0;
    let alive = gradient_at(1e4, Gradient::Stable).1;
    let stopped = |rows: &[Vec<f64>]| {
        rows.iter()
            .filter(|row| row.iter().all(|value| *value == 0.0))
            .count()
    };
    assert!(
        stopped(&dead) > 0 && stopped(&alive) == 0,
        "{} {}",
        stopped(&dead),
        stopped(&alive)
    );
}

#[test]
fn a_model_that_detaches_its_input_is_refused_with_a_reason() {
    let mut model = network();
    model.detach = true;
    let x = images(2);
    for spec in registry(0.1) {
        let batch = Batch {
            x: x.shallow_clone(),
            labels: labels(&model, &x),
            indices: vec![0, 1],
            last_gradient: true,
        };
        let error = attack::start(&spec, &model, batch, Noise::new(1))
            .unwrap()
            .step()
            .unwrap_err();
        assert!(matches!(error, Error::Detached), "{error}");
        assert!(error.to_string().contains("not connected to its input"));
    }
}

#[test]
fn a_bare_attack_spends_one_pass_less_backward_than_forward() {
    let (model, x) = (network(), images(2));
    for (last_gradient, backward) in [(false, 10), (true, 11)] {
        let batch = Batch {
            x: x.shallow_clone(),
            labels: labels(&model, &x),
            indices: vec![0, 1],
            last_gradient,
        };
        let mut steps = attack::start(
            &AttackSpec::Pgd(Pgd::default()),
            &model,
            batch,
            Noise::new(1),
        )
        .unwrap();
        while steps.step().unwrap().is_some() {}
        assert_eq!(
            (steps.passes().forward, steps.passes().backward),
            (2 * 11, 2 * backward)
        );
    }
}
