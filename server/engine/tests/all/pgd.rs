//! What PGD adds to plain ascent: runs from several starts, gradients of several passes, and steps in l1.

use crate::common::attacks::{distance, images, labels, network, path, path_of};
use crate::common::models::Network;
use std::cell::Cell;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Batch, Place};
use valleyscope_engine::error::Result;
use valleyscope_engine::model::{Forward, Head, Model};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

fn pgd<const N: usize>(values: [(&str, serde_json::Value); N]) -> AttackSpec {
    AttackSpec::new("pgd", values)
}

/// Planted: the noise of the first start for the others too; failed.
#[test]
fn each_run_begins_at_a_random_point_of_its_own_and_walks_as_many_steps() {
    for norm in ["linf", "l2", "l1"] {
        let spec = pgd([
            ("norm", norm.into()),
            ("epsilon", 0.1.into()),
            ("random_start", true.into()),
            ("restarts", 3.into()),
            ("steps", 4.into()),
            ("step_size", 0.01.into()),
        ]);
        assert_eq!(spec.steps(), 3 * 5 - 1);
        let path = path(&spec, 4, 1);
        assert_eq!(path.len(), 2 + 14);
        // The points 1, 6 and 11 are the starts; a step of length 0.01 leads to every other, which projection can double in l1.
        for (point, pair) in path.windows(2).enumerate().skip(1) {
            let is_start = [1, 6, 11].contains(&(point + 1));
            for (before, after) in pair[0].iter().zip(&pair[1]) {
                let length = distance(spec.norm(), before, after);
                assert_eq!(
                    length <= 0.02 * (1.0 + 1e-9),
                    !is_start,
                    "{norm} {point}: {length}"
                );
            }
        }
        assert!(path[1] != path[6] && path[6] != path[11] && path[1] != path[11]);
        // What one run does is no matter of how many there are.
        let alone = crate::common::attacks::path(&spec.with("restarts", 1), 4, 1);
        assert_eq!(alone[..], path[..6]);
    }
}

#[test]
fn runs_without_a_random_start_are_refused() {
    let spec = pgd([("restarts", 2.into())]);
    assert_eq!(spec.contradictions()[0].0, "restarts");
    assert!(
        pgd([("restarts", 2.into()), ("random_start", true.into())])
            .contradictions()
            .is_empty()
    );
    let (model, x) = (network(), images(1));
    let labels = labels(&model, &x);
    let batch = Batch {
        x,
        truth: labels.shallow_clone(),
        labels,
        indices: vec![0],
        towards: None,
        last_gradient: false,
    };
    let error = attack::start(&spec, &model, batch, Noise::new(1))
        .err()
        .unwrap();
    assert!(error.to_string().contains("random start"), "{error}");
}

/// A linear two-class model whose gap is the image's first value or its second, in turn at every pass.
struct Fickle {
    inner: Network,
    passes: Cell<u64>,
}

impl Model for Fickle {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let pass = self.passes.replace(self.passes.get() + 1);
        let seen = match pass % 2 {
            0 => x.shallow_clone(),
            _ => x.flip([1]),
        };
        self.inner.forward(&seen)
    }

    fn head(&self) -> Head<'_> {
        self.inner.head()
    }

    fn kind(&self) -> Kind {
        Kind::Double
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}

#[test]
fn a_randomised_model_is_left_along_the_mean_gradient() {
    for gradient in ["autograd", "stable"] {
        let model = Fickle {
            inner: Network::linear(&[1.0, 0.0, -1.0, 0.0], 2),
            passes: Cell::new(0),
        };
        let spec = pgd([
            ("norm", "l2".into()),
            ("epsilon", 0.1.into()),
            ("step_size", 0.1.into()),
            ("steps", 1.into()),
            ("eot", 2.into()),
            ("gradient", gradient.into()),
        ]);
        let x = Tensor::from_slice(&[0.5, 0.5]).view([1, 2]);
        let path = path_of(&spec, &model, &x, &Tensor::from_slice(&[0_i64]), vec![0], 1);
        // One pass alone would move one value by 0.1; both together move each by 0.1/√2.
        for value in &path[1][0] {
            assert!(
                (value - (0.5 - 0.1 / 2f64.sqrt())).abs() < 1e-12,
                "{gradient}: {path:?}"
            );
        }
    }
}

#[test]
fn on_a_deterministic_model_more_passes_give_the_same_path_and_are_counted() {
    let (model, x) = (network(), images(3));
    let labels = labels(&model, &x);
    let run = |eot: u64| {
        let batch = Batch {
            x: x.shallow_clone(),
            truth: labels.shallow_clone(),
            labels: labels.shallow_clone(),
            indices: vec![0, 1, 2],
            towards: None,
            last_gradient: true,
        };
        let spec = pgd([("eot", eot.into()), ("steps", 4.into())]);
        assert_eq!(spec.passes_per_point(), eot);
        let mut steps = attack::start(&spec, &model, batch, Noise::new(1)).unwrap();
        let points: Vec<Vec<f64>> = std::iter::from_fn(|| steps.step().unwrap())
            .map(|step| Vec::try_from(step.x.flatten(0, -1)).unwrap())
            .collect();
        (points, steps.passes())
    };
    let ((one, few), (four, many)) = (run(1), run(4));
    // The mean of four equal gradients is theirs.
    assert_eq!(one, four);
    assert_eq!((few.forward, few.backward), (3 * 5, 3 * 5));
    // Three further passes at each of the four points that are left.
    assert_eq!((many.forward, many.backward), (3 * (5 + 12), 3 * (5 + 12)));
}

/// A value at the end of its range is passed over, so that no step is wasted. Planted: the largest entry of all; failed.
#[test]
fn an_l1_step_moves_the_largest_entry_that_can_move() {
    let model = Network::linear(&[-0.9, -0.5, -0.1, 0.9, 0.5, 0.1], 2);
    let spec = pgd([
        ("norm", "l1".into()),
        ("epsilon", 0.2.into()),
        ("step_size", 0.2.into()),
        ("steps", 1.into()),
    ]);
    let x = Tensor::from_slice(&[1.0, 0.5, 0.5]).view([1, 3]);
    let batch = Batch {
        x,
        truth: Tensor::from_slice(&[0_i64]).shallow_clone(),
        labels: Tensor::from_slice(&[0_i64]),
        indices: vec![0],
        towards: None,
        last_gradient: false,
    };
    let mut steps = attack::start(&spec, &model, batch, Noise::new(1)).unwrap();
    assert_eq!(steps.step().unwrap().unwrap().place, Place::Clean);
    let moved = Vec::<f64>::try_from(steps.step().unwrap().unwrap().x.flatten(0, -1)).unwrap();
    assert_eq!(spec.norm(), Norm::L1);
    assert_eq!(moved, [1.0, 0.7, 0.5]);
}
