//! Whole runs on the embedded models.

use crate::common::run::{fold, outputs, readings, runner, spec};
use valleyscope_shared::event::Event;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::runner::{Cancel, Output, Runner};
use valleyscope_shared::valley::{Population, timeline};

#[test]
fn a_run_hands_out_every_point_of_every_example() {
    let outputs = outputs(&spec(r#"{"pgd": {"steps": 4}}"#, ""));
    let state = fold(&outputs);
    assert_eq!((state.done, state.total()), (12 * 5, 12 * 5));
    let readings = &readings(&outputs)[0];
    for row in 0..12 {
        assert_eq!(readings.reached(row), 5);
        let kappa = readings.curve(Measure::KappaTr, row);
        assert!(
            kappa.iter().all(|value| value.is_finite() && *value >= 0.0),
            "{kappa:?}"
        );
    }
    let bands = state.bands(0, Measure::KappaTr);
    let right = (0..12)
        .filter(|row| Population::Right.holds(readings, *row))
        .count();
    assert!(
        bands.iter().all(|band| band.unwrap().n == right),
        "{bands:?}"
    );
    let summary = state.passes[0].summary.as_ref().unwrap();
    assert_eq!(summary.timeline, timeline(readings));
}

#[test]
fn a_random_start_adds_its_point_and_every_seed_its_pass() {
    let outputs = outputs(&spec(
        r#"{"pgd": {"steps": 3, "random_start": true}}"#,
        r#", "seed": [1, 2]"#,
    ));
    let passes = readings(&outputs);
    assert_eq!(passes.len(), 2);
    let ends: Vec<Vec<f64>> = passes
        .iter()
        .map(|pass| pass.column(Measure::Loss, 1, |_| true).collect())
        .collect();
    assert_eq!(passes[0].axis().label(1), "start");
    assert_ne!(ends[0], ends[1]);
    let clean: Vec<Vec<f64>> = passes
        .iter()
        .map(|pass| pass.column(Measure::Loss, 0, |_| true).collect())
        .collect();
    assert_eq!(clean[0], clean[1]);
}

#[test]
fn a_long_attack_records_few_points_and_the_exact_first_flip() {
    let outputs = outputs(&spec(
        r#"{"pgd": {"steps": 250, "step_size": "0.05/255"}}"#,
        "",
    ));
    let readings = &readings(&outputs)[0];
    assert!(
        readings.axis().points() < 130,
        "{}",
        readings.axis().points()
    );
    let every_step = "every first flip is noted exactly";
    let noted = (0..12)
        .filter(|row| readings.noted_flip(*row).is_some())
        .count();
    let wrong_at_end = (0..12)
        .filter(|row| readings.right(readings.axis().points() - 1, *row) == Some(false))
        .count();
    assert!(
        noted >= wrong_at_end && noted > 0,
        "{every_step}: {noted} {wrong_at_end}"
    );
}

#[test]
fn kept_iterates_are_those_of_the_first_examples() {
    let outputs = outputs(&spec(r#"{"pgd": {"steps": 2}}"#, r#", "keep_examples": 7"#));
    let mut rows = std::collections::BTreeSet::new();
    for output in &outputs {
        if let Output::Kept(kept) = output {
            assert_eq!(
                kept.images.len(),
                kept.rows * kept.shape.iter().product::<usize>()
            );
            assert!(kept.images.iter().all(|value| (0.0..=1.0).contains(value)));
            rows.extend((0..kept.rows).map(|row| (kept.point, kept.first_row + row)));
        }
    }
    assert_eq!(rows.len(), 3 * 7);
}

#[test]
fn cancelling_stops_within_one_step_and_keeps_what_was_computed() {
    let cancel = Cancel::default();
    let mut blocks = 0;
    let spec = spec(r#"{"pgd": {"steps": 50}}"#, "");
    runner()
        .run(&spec, &cancel, &mut |output| {
            if matches!(output, Output::Block(_)) {
                blocks += 1;
                if blocks == 3 {
                    cancel.cancel();
                }
            }
        })
        .unwrap();
    assert_eq!(blocks, 3);
}

#[test]
fn a_run_that_cannot_fit_into_memory_is_refused_with_the_estimate() {
    let mut spec = spec(r#"{"pgd": {"steps": 200}}"#, "");
    spec.data.count = Some(2_000);
    spec.seed = valleyscope_shared::spec::Seeds::Many((0..10_000).collect());
    let problem = runner()
        .run(&spec, &Cancel::default(), &mut |_| ())
        .unwrap_err();
    assert!(
        problem.detail.contains("GB") && problem.detail.contains("is free"),
        "{problem}"
    );
}

#[test]
fn selection_takes_a_class_and_leaves_out_what_is_wrong_or_already_the_target() {
    let mut wanted = spec(r#"{"pgd": {"steps": 1, "target": 3}}"#, "");
    wanted.data.count = Some(2_000);
    wanted.data.only_correct = true;
    let outputs = outputs(&wanted);
    let readings = &readings(&outputs)[0];
    assert!((0..readings.examples().len()).all(|row| readings.right(0, row) == Some(true)));
    assert!(readings.examples().iter().all(|example| example.label != 3));
    let notes = fold(&outputs).started.unwrap().notes;
    assert!(
        notes.iter().any(|note| note.contains("target class")),
        "{notes:?}"
    );

    let mut one_class = spec(r#"{"fgsm": {}}"#, "");
    one_class.data.class = Some(4);
    let readings = &self::readings(&self::outputs(&one_class))[0];
    assert_eq!(readings.examples().len(), 12);
    assert!(readings.examples().iter().all(|example| example.label == 4));
}

#[test]
fn an_unknown_model_or_device_is_a_readable_problem() {
    let mut spec = spec(r#"{"pgd": {}}"#, "");
    spec.device = "cuda:9".into();
    let problem = runner()
        .run(&spec, &Cancel::default(), &mut |_| ())
        .unwrap_err();
    assert!(
        problem.detail.contains("cuda:9") && problem.detail.contains("cpu"),
        "{problem}"
    );
}

#[test]
fn events_come_in_the_order_of_the_log() {
    let outputs = outputs(&spec(r#"{"pgd": {"steps": 2}}"#, ""));
    let kinds: Vec<_> = outputs
        .iter()
        .filter_map(|output| match output {
            Output::Event(Event::Started(_)) => Some("started"),
            Output::Event(Event::Summary(_)) => Some("summary"),
            _ => None,
        })
        .collect();
    assert_eq!(
        (kinds.first(), kinds.last()),
        (Some(&"started"), Some(&"summary"))
    );
}
