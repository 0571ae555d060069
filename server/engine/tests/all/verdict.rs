//! Runs without a trace: the same endings at no more passes, and nothing that nobody looked at.

use crate::common::run::{fold, outputs, readings, spec};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::runner::Output;
use valleyscope_shared::valley::{PassSummary, Population};

/// Attacks that look at every one of their points but the last of a run, so that their verdict is that of the trace.
const LOOKING: [&str; 14] = [
    r#"{"fgsm": {}}"#,
    r#"{"pgd": {"steps": 5}}"#,
    r#"{"pgd": {"steps": 4, "random_start": true, "restarts": 2}}"#,
    r#"{"pgd": {"steps": 5, "target": 3}}"#,
    r#"{"mi_fgsm": {"steps": 4}}"#,
    r#"{"apgd": {"steps": 6, "restarts": 2}}"#,
    r#"{"apgd_t": {"steps": 5, "target_classes": 3}}"#,
    r#"{"fab": {"steps": 4}}"#,
    r#"{"fab_t": {"steps": 4, "target_classes": 3}}"#,
    r#"{"cw": {"steps": 6, "binary_steps": 2}}"#,
    r#"{"deepfool": {"steps": 8}}"#,
    r#"{"ddn": {"steps": 6}}"#,
    r#"{"square": {"steps": 20}}"#,
    r#"{"autoattack": {"steps": 5, "queries": 10}}"#,
];

/// Attacks of which only the ends of runs are looked at.
const BLIND: [&str; 4] = [
    r#"{"ni_fgsm": {"steps": 4}}"#,
    r#"{"vni_fgsm": {"steps": 2}}"#,
    r#"{"spsa": {"steps": 2, "samples": 4}}"#,
    r#"{"noise_path": {"steps": 3}}"#,
];

fn run(attack: &str, trace: &str) -> (Vec<Output>, Readings) {
    // In f64, so that rounding turns no sign; of the embedded model the twelve images differ in when they flip.
    let more = format!(r#", "precision": "f64", "trace": "{trace}""#);
    let outputs = outputs(&spec(attack, &more));
    let readings = readings(&outputs).remove(0);
    (outputs, readings)
}

fn summary(readings: &Readings) -> PassSummary {
    PassSummary::of(readings, 1, Measure::KappaTr, Population::Right)
}

#[test]
fn an_attack_that_looks_at_its_points_ends_as_with_a_trace() {
    for attack in LOOKING {
        let [(_, traced), (outputs, bare)] = ["on", "off"].map(|trace| run(attack, trace));
        // A target leaves out the images that have its label.
        for row in 0..traced.examples().len() {
            let (one, other) = (traced.ending(row).unwrap(), bare.ending(row).unwrap());
            assert_eq!(
                bare.prediction(0, row),
                traced.prediction(0, row),
                "{attack}"
            );
            // An image that is wrong without an attack may leave at once, where the trace still shows a run of it.
            if bare.right(0, row) != Some(true) {
                continue;
            }
            let of = |ending: &valleyscope_shared::ending::Ending| {
                (
                    ending.first_success,
                    ending.best_success,
                    ending.best_step,
                    ending.last_step,
                    ending.last_success,
                    ending.best_survives,
                )
            };
            assert_eq!(of(one), of(other), "{attack}, row {row}");
            // Two batches of other sizes sum in another order, in f64.
            for (a, b) in [(one.l2, other.l2), (one.linf, other.linf)] {
                assert!((a - b).abs() < 1e-9, "{attack}, row {row}: {a} and {b}");
            }
            assert!(other.forward <= one.forward, "{attack}, row {row}");
            assert!(other.backward <= one.backward, "{attack}, row {row}");
        }
        let [one, other] = [summary(&traced), summary(&bare)];
        assert_eq!(one.clean_accuracy, other.clean_accuracy, "{attack}");
        assert_eq!(one.robust_accuracy, other.robust_accuracy, "{attack}");
        assert_eq!(one.first_flip, other.first_flip, "{attack}");
        assert_eq!(one.reached_target, other.reached_target, "{attack}");
        let state = fold(&outputs);
        assert_eq!(state.done, state.total(), "{attack}");
    }
}

#[test]
fn an_attack_that_does_not_look_is_judged_by_the_ends_of_its_runs() {
    for attack in BLIND {
        let [(_, traced), (outputs, bare)] = ["on", "off"].map(|trace| run(attack, trace));
        let [one, other] = [summary(&traced), summary(&bare)];
        assert_eq!(one.clean_accuracy, other.clean_accuracy, "{attack}");
        assert!(
            other.robust_accuracy.hits >= one.robust_accuracy.hits,
            "{attack}"
        );
        for row in 0..12 {
            let last = traced.axis().points() - 1;
            assert_eq!(bare.prediction(1, row), traced.prediction(last, row));
            let wrong = traced.right(last, row) == Some(false);
            let (one, other) = (traced.ending(row).unwrap(), bare.ending(row).unwrap());
            assert_eq!(other.last_success, wrong, "{attack}, row {row}");
            assert!(other.forward + other.backward <= one.forward + one.backward);
        }
        let state = fold(&outputs);
        assert_eq!(state.done, state.total(), "{attack}");
    }
}

#[test]
fn without_a_trace_no_sharpness_is_read_and_pictures_are_those_of_the_ends() {
    let (outputs, bare) = run(r#"{"pgd": {"steps": 5}}"#, "off");
    assert_eq!(bare.axis().points(), 2);
    let summary = summary(&bare);
    assert!(summary.ends_only && summary.in_valley.n == 0);
    for row in 0..12 {
        assert_eq!(bare.reached(row), 2);
        assert!(bare.get(Measure::KappaTr, 0, row).unwrap().is_nan());
        assert!(bare.get(Measure::Loss, 1, row).unwrap().is_finite());
        assert_eq!(bare.get(Measure::Linf, 0, row), Some(0.0));
        // Projected to the ball in f64.
        assert!(bare.get(Measure::Linf, 1, row).unwrap() <= 8.0 / 255.0 + 1e-12);
    }
    let kept = outputs.iter().filter_map(|output| match output {
        Output::Kept(kept) => Some((kept.point, kept.rows)),
        _ => None,
    });
    let (clean, last): (Vec<_>, Vec<_>) = kept.partition(|(point, _)| *point == 0);
    for pictures in [clean, last] {
        assert_eq!(pictures.iter().map(|(_, rows)| rows).sum::<usize>(), 12);
    }
}
