//! Where attacks end up, and the gradients that lead them there.

use crate::common::attacks::{climbing, images, labels, network, path_of, registry, rows};
use crate::common::models::Network;
use tch::{Kind, Tensor};
use valleyscope_engine::attack::{self, Batch, Differentiation, Place};
use valleyscope_engine::error::Error;
use valleyscope_engine::model::Model;
use valleyscope_engine::noise::Noise;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::attack::Target;
use valleyscope_shared::spec::{AttackSpec, Loss};

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
        let ascent = attack::traits(&spec).unwrap().ascent();
        if !ascent.is_some_and(|ascent| ascent.finds_linear_optimum) {
            continue;
        }
        // The difference of logits ratio needs three classes, and its denominator turns its gradient away from the gap's.
        if attack::objective(&spec).unwrap().loss == Loss::Dlr {
            continue;
        }
        let dual: f64 = match spec.norm() {
            Norm::Linf => difference.iter().map(|d| d.abs()).sum(),
            Norm::L2 => difference.iter().map(|d| d * d).sum::<f64>().sqrt(),
            Norm::L1 => difference.iter().fold(0.0, |a, d| a.max(d.abs())),
        };
        // Enough steps to walk from the far side of the ball, where a random start may lie.
        let spec = match spec.get("steps") {
            Some(_) => spec.with("steps", 200),
            None => spec,
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
    for spec in climbing(0.3) {
        // One step as long as the radius may overshoot the top.
        if spec.get("steps").is_none() || spec.norm() == Norm::L2 {
            continue;
        }
        let spec = spec.with("steps", 30).with("step_size", 0.02);
        let target = spec.target();
        let aim = target.map_or_else(
            || truth.shallow_clone(),
            |aim| match aim {
                Target::Class(class) => truth.full_like(i64::from(class)),
                other => panic!("{other:?} is the runner's to choose"),
            },
        );
        let path = path_of(&spec, &model, &x, &aim, (0..6).collect(), 1);
        let loss_at = |images: &[&Vec<f64>]| {
            let flat: Vec<f64> = images.iter().copied().flatten().copied().collect();
            let logits = model
                .forward(&Tensor::from_slice(&flat).view([6, 12]))
                .unwrap()
                .logits;
            logits.cross_entropy_for_logits(&aim).double_value(&[])
        };
        // An example that left stays where it was last.
        let present = |row: usize| path.iter().map(move |point| &point[row]);
        let last = |row| present(row).rfind(|image| !image.is_empty()).unwrap();
        let first: Vec<_> = path[0].iter().collect();
        let last: Vec<_> = (0..6).map(last).collect();
        let (before, after) = (loss_at(&first), loss_at(&last));
        assert_eq!(
            after < before,
            target.is_some(),
            "{spec:?}: {before} to {after}"
        );
    }
}

/// Where nothing saturates, both ways to the gradient give the same number; the stable one also where autograd is exactly zero.
#[test]
fn the_stable_gradient_is_autograds_where_autograd_is_right() {
    let gradient_at = |scale: f64, gradient: &str| {
        let mut model = network();
        model.weight = &model.weight * scale;
        model.bias = &model.bias * scale;
        let x = images(3);
        let labels = labels(&model, &x);
        let spec = AttackSpec::new("pgd", [("gradient", gradient.into()), ("steps", 1.into())]);
        let batch = Batch {
            x,
            truth: labels.shallow_clone(),
            labels,
            indices: vec![0, 1, 2],
            towards: None,
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
    let (autograd, stable) = (gradient_at(1.0, "autograd").0, gradient_at(1.0, "stable").0);
    for (a, b) in autograd.iter().flatten().zip(stable.iter().flatten()) {
        // Autograd's own entry loses digits of 1 - p; with p up to 0.999 that is 1e-13.
        assert!((a - b).abs() <= 1e-12 * a.abs().max(1e-3), "{a} {b}");
    }
    let dead = gradient_at(1e4, "autograd").0;
    let alive = gradient_at(1e4, "stable").1;
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
        let traits = attack::traits(&spec).unwrap();
        // An ensemble begins with a look that needs no gradient; those that see the logits alone need none at all.
        if traits.gradient() == Differentiation::None {
            continue;
        }
        let batch = Batch {
            x: x.shallow_clone(),
            labels: labels(&model, &x),
            truth: labels(&model, &x),
            indices: vec![0, 1],
            towards: None,
            last_gradient: true,
        };
        let mut steps = attack::start(&spec, &model, batch, Noise::new(1)).unwrap();
        // What is first differentiated for the second point fails there.
        let error = std::iter::from_fn(|| steps.step().transpose())
            .find_map(Result::err)
            .unwrap();
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
            truth: labels(&model, &x),
            indices: vec![0, 1],
            towards: None,
            last_gradient,
        };
        let mut steps =
            attack::start(&AttackSpec::new("pgd", []), &model, batch, Noise::new(1)).unwrap();
        while steps.step().unwrap().is_some() {}
        assert_eq!(
            (steps.passes().forward, steps.passes().backward),
            (2 * 11, 2 * backward)
        );
    }
}
