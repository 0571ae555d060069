//! Images whose logits overflow, at once or on the way, in the statistics of every attack.

use super::*;
use valleyscope_shared::ending::Ending;
use valleyscope_shared::spec::{AttackSpec, attack};

const NAMES: [&str; 4] = ["low", "high", "other", "last"];

/// The first two pixels and the label: never moved as far as a flip, flipped by a step of 0.1, led into the overflow by the same step,
/// overflowing as it is, and wrong as it is.
const PICTURES: [(f64, f64, usize); 5] = [
    (0.2, 0.2, 0),
    (0.5, 0.65, 0),
    (0.7, 0.1, 0),
    (0.9, 0.1, 0),
    (0.2, 0.2, 1),
];

fn made() -> (LoadedModel, Pictures) {
    let model = loaded(Pixels::with_classes(NAMES.len()), &NAMES);
    (model, Pictures::new(&PICTURES, &NAMES))
}

fn of(attack: &str, indices: &[usize]) -> Outcome {
    let (model, set) = made();
    compute(&model, &set, &spec(attack, indices)).unwrap()
}

#[test]
fn an_overflow_is_told_and_is_neither_right_nor_wrong() {
    let all = of(
        r#"{"pgd": {"steps": 2, "step_size": 0.1, "epsilon": 0.1}}"#,
        &[0, 1, 2, 3, 4],
    );
    let latest = all.state.passes[0].summary.as_ref().unwrap();
    let (summary, line) = (&latest.summary, &latest.timeline);
    assert_eq!((summary.begun, summary.n, summary.wrong), (5, 3, 1));
    assert_eq!(summary.not_finite, 2);
    assert_eq!(
        (summary.clean_accuracy.hits, summary.clean_accuracy.n),
        (3, 5)
    );
    assert_eq!((summary.flipped.hits, summary.flipped.n), (1, 3));
    assert_eq!(
        (summary.robust_accuracy.hits, summary.robust_accuracy.n),
        (1, 5)
    );
    assert_eq!(line.not_finite, [1, 2, 2]);
    let warning = |id: &str| {
        let warnings = all.state.warnings.iter();
        warnings.clone().find(|warning| warning.id == id)
    };
    let told = warning("not-finite").unwrap();
    assert_eq!(told.examples, 2);
    assert!(
        told.message.starts_with("2 of 5 examples"),
        "{}",
        told.message
    );
    // Nothing else is said of them: their gradient is not zero, they did not lose a success.
    for id in ["zero-gradient", "success-lost", "underflow"] {
        assert!(warning(id).is_none(), "{id}");
    }
    for row in [2, 3] {
        let ending = all.readings.ending(row).unwrap();
        assert!(!ending.success() && !ending.best_success, "{ending:?}");
        assert_eq!(ending.not_finite, Some(if row == 2 { 1 } else { 0 }));
        for measure in [Measure::Pred, Measure::GradXL1, Measure::ZeroGrad] {
            assert!(
                all.readings.get(measure, 2, row).unwrap().is_nan(),
                "{measure:?}"
            );
        }
        // What is not about the logits is known.
        assert!(all.readings.get(Measure::Linf, 2, row).unwrap() <= 0.1 + 1e-12);
        assert!(all.readings.get(Measure::Passes, 2, row).unwrap() > 0.0);
    }
}

/// Every attack, with few steps, its radius larger than what the second picture needs.
fn attacks() -> Vec<AttackSpec> {
    let of = |info: attack::AttackInfo| {
        let spec = AttackSpec::new(&info.id, []);
        let given = |spec: AttackSpec, key: &str, value: serde_json::Value| match spec.get(key) {
            Some(_) => spec.with(key, value),
            None => spec,
        };
        let spec = given(spec, "epsilon", 0.15.into());
        let spec = given(spec, "steps", 5.into());
        let spec = given(spec, "queries", 9.into());
        given(spec, "target_classes", 3.into())
    };
    attack::all().into_iter().map(of).collect()
}

fn json(spec: &AttackSpec) -> String {
    serde_json::to_string(spec).unwrap()
}

#[test]
fn the_statistics_of_every_attack_count_every_example_once() {
    for spec in attacks() {
        let all = of(&json(&spec), &[0, 1, 2, 3, 4]);
        let latest = all.state.passes[0].summary.as_ref().unwrap();
        let (summary, line) = (&latest.summary, &latest.timeline);
        let id = spec.id();
        assert_eq!((summary.begun, summary.finished), (5, 5), "{id}");
        assert_eq!((summary.clean_accuracy.hits, summary.wrong), (3, 1), "{id}");
        let last = line.robust.last().unwrap();
        assert_eq!(last.hits, summary.robust_accuracy.hits, "{id}");
        assert_eq!((last.n, summary.robust_accuracy.n), (5, 5), "{id}");
        assert_eq!(line.accuracy[0].hits, 3, "{id}");
        assert!(line.not_finite[0] == 1 && summary.not_finite >= 1, "{id}");
        let told = all
            .state
            .warnings
            .iter()
            .find(|warning| warning.id == "not-finite");
        assert!(told.unwrap().examples >= summary.not_finite, "{id}");
        for row in 0..5 {
            let ending = all.readings.ending(row).unwrap();
            let size = [ending.l1, ending.l2, ending.linf];
            assert!(size.iter().all(|size| size.is_finite()), "{id}: {ending:?}");
            assert!(row != 3 || ending.not_finite == Some(0), "{id}: {ending:?}");
        }
    }
}

#[test]
fn the_finite_examples_read_the_same_without_the_overflowing_ones() {
    for spec in attacks() {
        let all = of(&json(&spec), &[0, 1, 2, 3, 4]);
        let finite = of(&json(&spec), &[0, 1, 4]);
        for (row, other) in [0, 1, 4].into_iter().zip(0..) {
            let (one, two) = (&all.readings, &finite.readings);
            // A run of AutoAttack goes on until its end for all images that it began with, and those that are left share its passes.
            let shared = spec.id() == "autoattack";
            let ended = |readings: &Readings, row: usize| {
                let ending = readings.ending(row).cloned().unwrap();
                match shared {
                    true => Ending {
                        forward: 0,
                        backward: 0,
                        passes_to_success: None,
                        ..ending
                    },
                    false => ending,
                }
            };
            assert_eq!(ended(one, row), ended(two, other), "{}", spec.id());
            let measures = valleyscope_shared::measure::ALL.iter();
            for measure in measures.filter(|measure| !shared || **measure != Measure::Passes) {
                let (one, two) = (one.curve(*measure, row), two.curve(*measure, other));
                assert_eq!(one.len(), two.len(), "{}", spec.id());
                for (a, b) in one.iter().zip(&two) {
                    // Sums of other batches may round otherwise.
                    let close = a == b || (a - b).abs() <= 1e-12 * (1.0 + a.abs());
                    assert!(
                        close || (a.is_nan() && b.is_nan()),
                        "{} {measure:?}",
                        spec.id()
                    );
                }
            }
        }
    }
}
