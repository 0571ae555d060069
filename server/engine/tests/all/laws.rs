//! Laws that hold for every attack of the registry, so that a new attack is tested by being registered.

use crate::common::attacks::{
    CLASSES, climbing, distance, images, labels, network, path, path_of, registry, towards,
};
use serde_json::Value;
use valleyscope_engine::attack::{self, Departure, Differentiation, Kind, Passes, Place};
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

#[test]
fn every_iterate_lies_in_the_ball_and_in_the_pixel_range() {
    for spec in registry(0.1) {
        let traits = attack::traits(&spec).unwrap();
        let bounded = traits.ascent().is_some();
        let path = path(&spec, 5, 1);
        for point in &path {
            let present = point.iter().zip(&path[0]);
            for (image, clean) in present.filter(|(image, _)| !image.is_empty()) {
                assert!(
                    image.iter().all(|value| (0.0..=1.0).contains(value)),
                    "{spec:?}"
                );
                // x0 + epsilon is rounded once, and the l2 length by a square root: a few units in the last place of x0,
                // of which the l1 length sums twelve.
                assert!(
                    !bounded || distance(spec.norm(), image, clean) <= 0.1 * (1.0 + 2e-14),
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
        let path = path(&spec, 2, 1);
        let traits = attack::traits(&spec).unwrap();
        let stops = spec.get("early_stop").is_some_and(|stop| stop != "none");
        match traits.departure {
            Departure::WhenStuck if !stops => assert_eq!(path.len(), points, "{spec:?}"),
            Departure::Stays => assert_eq!(path.len(), points, "{spec:?}"),
            // When the last example has left, nothing follows.
            _ => assert!(path.len() <= points, "{spec:?}"),
        }
        for pair in path.windows(2) {
            let came_back = |row: usize| pair[0][row].is_empty() && !pair[1][row].is_empty();
            assert!(!(0..2).any(came_back), "{spec:?}");
        }
    }
}

#[test]
fn epsilon_zero_changes_nothing() {
    for spec in climbing(0.0) {
        let path = path(&spec, 3, 1);
        for point in &path {
            let same = |(image, clean): (&Vec<f64>, &Vec<f64>)| image.is_empty() || image == clean;
            assert!(point.iter().zip(&path[0]).all(same), "{spec:?}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_path() {
    for spec in registry(0.1) {
        assert_eq!(path(&spec, 3, 7), path(&spec, 3, 7), "{spec:?}");
    }
}

#[test]
fn another_seed_gives_another_start_and_only_that() {
    for spec in registry(0.1) {
        let random = attack::traits(&spec).unwrap().random;
        let (one, other) = (path(&spec, 3, 7), path(&spec, 3, 8));
        let differs = one != other;
        // Where all have left at the clean point, none starts.
        assert!(
            differs || !spec.random_start() || one.len() == 1,
            "{spec:?}"
        );
        // What is drawn along the path need not change a sign in six steps.
        assert!(!differs || spec.random_start() || random, "{spec:?}");
    }
}

#[test]
fn stopping_after_k_steps_gives_the_first_k_steps() {
    for spec in registry(0.1) {
        if !attack::traits(&spec).unwrap().prefix_stable || spec.get("steps").is_none() {
            continue;
        }
        let whole = path(&spec, 3, 1);
        let short = path(&spec.clone().with("steps", 3), 3, 1);
        // The next run begins after the last step of this one.
        let common = 1 + usize::from(spec.random_start()) + 3;
        assert_eq!(short[..common], whole[..common], "{spec:?}");
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
                assert_eq!(alone[0].len(), together[row as usize].len(), "{spec:?}");
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
fn the_engine_and_the_descriptions_agree_on_what_kind_of_attack_it_is() {
    for spec in registry(0.1) {
        let traits = attack::traits(&spec).unwrap();
        let smallest = matches!(traits.kind, Kind::MinimumNorm { .. });
        assert_eq!(smallest, spec.minimum_norm(), "{spec:?}");
        let path = matches!(traits.kind, Kind::Path(_));
        let info = valleyscope_shared::spec::attack::all().into_iter();
        let info = info.filter(|info| info.id == spec.id() && info.path);
        assert_eq!(path, info.count() == 1, "{spec:?}");
        // Only what keeps to a ball by itself has one around every iterate.
        assert!(
            !spec.bounded_later() || traits.ascent().is_none(),
            "{spec:?}"
        );
    }
}

#[test]
fn fgsm_is_one_step_of_pgd() {
    for norm in [Norm::Linf, Norm::L2, Norm::L1] {
        let fgsm = AttackSpec::new(
            "fgsm",
            [("norm", norm.id().into()), ("epsilon", 0.07.into())],
        );
        let pgd = AttackSpec::new(
            "pgd",
            [
                ("norm", norm.id().into()),
                ("epsilon", 0.07.into()),
                ("step_size", 0.07.into()),
                ("steps", 1.into()),
            ],
        );
        assert_eq!(path(&fgsm, 4, 1), path(&pgd, 4, 1));
    }
}

#[test]
fn without_memory_momentum_attacks_are_pgd() {
    for id in ["mi_fgsm", "ni_fgsm"] {
        let forgetful = AttackSpec::new(id, [("decay", 0.0.into())]);
        assert_eq!(
            path(&forgetful, 4, 1),
            path(&AttackSpec::new("pgd", []), 4, 1),
            "{id}"
        );
    }
    // Neighbours at distance zero all have the iterate's own gradient: the variance is zero up to rounding, which no sign sees.
    let still = AttackSpec::new("vni_fgsm", [("beta", 0.0.into()), ("decay", 0.0.into())]);
    assert_eq!(path(&still, 4, 1), path(&AttackSpec::new("pgd", []), 4, 1));
}

#[test]
fn memory_changes_the_path_and_looking_ahead_changes_it_again() {
    let paths = ["pgd", "mi_fgsm", "ni_fgsm"]
        .map(|id| path(&AttackSpec::new(id, [("epsilon", 0.1.into())]), 6, 1));
    assert!(paths[0] != paths[1] && paths[1] != paths[2] && paths[0] != paths[2]);
}

/// The points of one run, its own start among them; one update where an attack has no `steps`.
fn of_one_run(spec: &AttackSpec) -> usize {
    1 + spec.get("steps").and_then(Value::as_u64).unwrap_or(1) as usize
}

#[test]
fn an_attack_spends_the_passes_that_it_promises() {
    let (model, x) = (network(), images(2));
    let labels = labels(&model, &x);
    for spec in registry(0.1) {
        // What an ensemble spends is its parts' promise, and theirs.
        if attack::traits(&spec).unwrap().kind == Kind::Ensemble {
            continue;
        }
        let batch = attack::Batch {
            x: x.shallow_clone(),
            labels: labels.shallow_clone(),
            truth: labels.shallow_clone(),
            indices: vec![0, 1],
            towards: Some(towards(&x)),
            last_gradient: true,
        };
        let noise = valleyscope_engine::noise::Noise::new(1);
        let mut steps = attack::start(&spec, &model, batch, noise).unwrap();
        // Points of examples, those that the path comes to, and those that an update leaves: nothing moves the last point of a run.
        let (mut points, mut reached, mut moves) = (0, 0, 0);
        while let Some(step) = steps.step().unwrap() {
            let last = step.rows.len() as u64;
            points += last;
            reached += if step.place == Place::Clean { 0 } else { last };
            let ends = matches!(step.place, Place::Step(k) if (k as usize + 1).is_multiple_of(of_one_run(&spec)));
            moves += if ends { 0 } else { last };
        }
        let traits = attack::traits(&spec).unwrap();
        let others = CLASSES as u64 - 1;
        // What is spent elsewhere is spent to leave a point.
        let elsewhere = match traits.gradient() {
            Differentiation::Candidates => 0,
            _ => (spec.passes_per_point() - 1) * moves,
        };
        let backward = match traits.gradient() {
            Differentiation::None => 0,
            Differentiation::Here => points + elsewhere,
            Differentiation::Elsewhere => elsewhere,
            Differentiation::Candidates => reached * others,
            Differentiation::EachClass => elsewhere * others,
        };
        let forward = points + elsewhere;
        assert_eq!(steps.passes(), Passes { forward, backward }, "{spec:?}");
        // What is told before the start is never less, and where no image leaves it is more by what would move on the last point of each run.
        let (told, spent) = (2 * spec.passes(CLASSES as u64), forward + backward);
        assert!(told >= spent, "{spec:?}: {told} are too few for {spent}");
        let runs = (spec.steps() + 1).div_ceil(of_one_run(&spec)) as u64;
        let each = told.div_ceil(spec.steps() as u64 + 1);
        let more = told - spent;
        assert!(
            spec.may_end_early() || more <= runs * each,
            "{spec:?}: {told} are too many for {spent}"
        );
    }
}

#[test]
fn a_noise_path_is_a_straight_line_to_its_noise() {
    for noise in ["gaussian", "uniform"] {
        let spec = AttackSpec::new("noise_path", [("noise", noise.into()), ("steps", 4.into())]);
        let path = path(&spec, 200, 1);
        let pixels = || path[4].iter().flatten();
        for (row, image) in path[2].iter().enumerate() {
            for (value, middle) in image.iter().enumerate() {
                let (from, to) = (path[0][row][value], path[4][row][value]);
                // Three roundings of numbers below one.
                assert!((middle - (from + to) / 2.0).abs() < 1e-15, "{noise}");
            }
        }
        let count = pixels().count() as f64;
        let mean = pixels().sum::<f64>() / count;
        // 2,400 pixels of deviation below 0.29: six standard errors are 0.036.
        assert!((mean - 0.5).abs() < 0.036, "{noise}: {mean}");
        // Of a normal pixel 4.6 % are clipped to the ends, of a uniform one none.
        let clipped = pixels()
            .filter(|pixel| **pixel == 0.0 || **pixel == 1.0)
            .count() as f64
            / count;
        match noise {
            "uniform" => assert_eq!(clipped, 0.0),
            // Six standard errors of a share of 0.0455 among 2,400 are 0.026.
            _ => assert!((clipped - 0.0455).abs() < 0.026, "{clipped}"),
        }
    }
}
