//! What the loss does under changes of weights and pixels, and what is refused.

use super::*;

#[test]
fn curvature_sharpness_and_gradients_are_those_of_pytorch() {
    let watch = unwatched();
    for case in cases() {
        let examples = case.examples();
        let together = scope(&case.network, &case.together(), &watch);
        for (key, ball, rho) in [
            ("sam", Ball::Plain, &case.settings["rho"]),
            ("asam", Ball::Adaptive, &case.settings["adaptive_rho"]),
        ] {
            let found = sharpness(&together, &examples, ball, number(rho)).unwrap();
            for (found, want) in found.iter().zip(numbers(&case.golden[key])) {
                assert_close(*found, want, 1e-8, &format!("{} {key}", case.name));
            }
        }
        for (layer, golden) in case.layers() {
            let scope = scope(&case.network, &[layer], &watch);
            let found = gradient_norms(&scope, &examples).unwrap();
            for (found, golden) in found[0].norms.iter().zip(golden) {
                assert_close(*found, number(&golden["gradient"]), 1e-8, layer);
            }
        }
    }
}

#[test]
fn curvature_rises_under_relative_changes_are_those_of_pytorch() {
    let watch = unwatched();
    for case in cases() {
        let settings = RiseSettings {
            xi: number(&case.settings["xi"]),
            draws: 400,
            steps: number(&case.settings["steps"]) as u32,
            step_size: number(&case.settings["step_size"]),
            seed: 5,
        };
        let scope = scope(&case.network, &case.together(), &watch);
        let averages = average_rise(&scope, &case.examples(), &settings).unwrap();
        let worst_found = worst_rise(&scope, &case.examples(), &settings).unwrap();
        let found = averages.iter().zip(worst_found);
        let average = &case.golden["average"];
        let means = numbers(&average["mean"])
            .into_iter()
            .zip(numbers(&average["error"]));
        let golden = means.zip(numbers(&case.golden["worst"]));
        for ((found, worst_found), ((mean, error), worst)) in found.zip(golden) {
            assert_close(worst_found, worst, 1e-8, case.name);
            let off = (found.value - mean).abs();
            let allowed = 3.0 * found.error.hypot(error);
            assert!(off <= allowed, "{}: {found:?} instead of {mean}", case.name);
        }
    }
}

#[test]
fn curvature_fisher_rao_norms_are_those_of_the_definition() {
    let watch = unwatched();
    for case in cases() {
        let scope = scope(&case.network, &case.together(), &watch);
        let found = fisher_rao(&scope, &case.examples()).unwrap();
        let golden = case.golden["fisher_rao"].as_array().unwrap();
        for (found, golden) in found.iter().zip(golden) {
            for (key, value) in [
                ("of_weights", found.of_weights),
                ("of_logits", found.of_logits),
                ("observed", found.observed),
            ] {
                assert_close(
                    value,
                    number(&golden[key]),
                    1e-8,
                    &format!("{} {key}", case.name),
                );
            }
        }
    }
}

#[test]
fn curvature_in_pixels_is_that_of_the_full_hessian() {
    let watch = unwatched();
    for case in cases() {
        let scope = scope(&case.network, &[], &watch);
        let settings = LargestSettings {
            tolerance: 1e-9,
            steps: 80,
            seed: 6,
        };
        let found = largest_in_pixels(&scope, &case.examples(), &settings).unwrap();
        let cures = cure(&scope, &case.examples(), number(&case.settings["h"])).unwrap();
        let golden = case.golden["pixels"].as_array().unwrap();
        for ((found, cure), golden) in found.iter().zip(cures).zip(golden) {
            assert_close(found.value, number(&golden["lambda_max"]), 1e-8, case.name);
            assert_close(cure, number(&golden["cure"]), 1e-8, case.name);
        }
    }
}

#[test]
fn curvature_of_an_example_does_not_depend_on_its_batch() {
    let watch = unwatched();
    for case in cases() {
        let scope = scope(&case.network, &case.together(), &watch);
        let alone = Examples::new(&case.x.narrow(0, 1, 1), &case.labels[1..2]).unwrap();
        let all = case.examples();
        let settings = TraceSettings {
            estimator: Estimator::Hutchinson,
            relative_error: 0.2,
            most_probes: 200,
            ..parted(7)
        };
        let of = |examples: &Examples, row: usize| {
            let traces = trace(&scope, examples, &settings).unwrap();
            let largest_settings = LargestSettings {
                tolerance: 1e-6,
                steps: 40,
                seed: 1,
            };
            let largest = largest(&scope, examples, &largest_settings).unwrap()[row];
            let sam = sharpness(&scope, examples, Ball::Plain, 0.05).unwrap()[row];
            let traces = traces
                .iter()
                .flat_map(|layer| [layer.trace[row], layer.kappa_tr[row]]);
            let mut counts = vec![largest.steps];
            let mut values = vec![largest.value, sam];
            for estimate in traces {
                counts.push(estimate.probes);
                values.extend([estimate.value, estimate.error]);
            }
            (counts, values)
        };
        let (counts, values) = of(&all, 1);
        let (own_counts, own_values) = of(&alone, 0);
        assert_eq!(counts, own_counts, "{}", case.name);
        for (value, own) in values.iter().zip(own_values) {
            assert_close(*value, own, 1e-8, case.name);
        }
    }
}

#[test]
fn curvature_in_blocks_is_the_same_and_what_does_not_fit_is_refused() {
    let watch = unwatched();
    let case = cases().swap_remove(1);
    let mut scope = scope(&case.network, &["conv2"], &watch);
    let settings = LargestSettings {
        tolerance: 1e-6,
        steps: 20,
        seed: 1,
    };
    let work = Work::Products { vectors: 23 };
    let whole = largest(&scope, &case.examples(), &settings).unwrap();
    let needs = needs(&case.network, &scope.layers, work);
    scope.memory = needs.of(1);
    let parts = largest(&scope, &case.examples(), &settings).unwrap();
    for (whole, part) in whole.iter().zip(parts) {
        assert_close(part.value, whole.value, 1e-9, "lambda_max");
    }
    scope.memory -= 1;
    let refused = largest(&scope, &case.examples(), &settings).unwrap_err();
    let Error::Setting {
        field: "memory",
        expected,
        ..
    } = &refused
    else {
        panic!("{refused}");
    };
    assert!(expected.contains("one example needs about"), "{refused}");
}

#[test]
fn curvature_refuses_what_it_cannot_do() {
    let watch = unwatched();
    let case = cases().swap_remove(1);
    let error = Scope::new(&case.network, &["conv3"], MEMORY, &watch)
        .err()
        .unwrap();
    let Error::Unknown { known, .. } = &error else {
        panic!("{error}");
    };
    assert!(known[0].starts_with("conv"), "{error}");
    let scope = scope(&case.network, &[], &watch);
    for rho in [0.0, -1.0, f64::NAN] {
        let refused = sharpness(&scope, &case.examples(), Ball::Plain, rho).unwrap_err();
        assert!(matches!(refused, Error::Setting { field: "rho", .. }));
    }
    let others = Examples::new(&case.x, &[0, 1, 10]).unwrap();
    let refused = gradient_norms(&scope, &others).unwrap_err();
    assert!(
        matches!(refused, Error::Label { index: 2, .. }),
        "{refused}"
    );
    let cancel = Cancel::default();
    cancel.cancel();
    let watch = Watch::new(&cancel, &|_| ());
    let scope = Scope::new(&case.network, &["conv1"], MEMORY, &watch).unwrap();
    let stopped = trace(&scope, &case.examples(), &parted(1)).unwrap_err();
    assert!(matches!(stopped, Error::Cancelled));
}

#[test]
fn curvature_of_a_program_of_torchscript_is_refused() {
    let options = model::TorchScriptOptions {
        sha256: "0".repeat(64),
        weight: "fc.weight".to_owned(),
        bias: None,
        parameters: 10,
    };
    let card = model::library::cifar10_card(
        "program",
        model::Architecture::TorchScript(options),
        Normalisation::default(),
    );
    let card = card.to_json().unwrap();
    let refused = model::load_perturbable_bytes(&card, &[], Device::Cpu, Kind::Double);
    let words = refused.err().unwrap().to_string();
    assert!(words.contains("it has no layers"), "{words}");
}
