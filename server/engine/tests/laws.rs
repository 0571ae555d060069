//! Laws that hold for every attack of the registry, so that a new attack is tested by being registered.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::attacks::{distance, images, labels, network, path, path_of, registry};
use valleyscope_engine::attack;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Fgsm, Pgd};

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
