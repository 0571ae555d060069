//! Targets, several epsilons, and how every example ended.

use crate::common::run::{fold, outputs, readings, spec};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::runner::Output;

fn one(attack: &str) -> Readings {
    readings(&outputs(&spec(attack, ""))).remove(0)
}

fn targets(way: &str) -> Vec<(u32, u32)> {
    let attack = format!(
        r#"{{"pgd": {{"steps": 30, "epsilon": "32/255", "step_size": "4/255", "target": "{way}"}}}}"#
    );
    let readings = one(&attack);
    let last = readings.axis().points() - 1;
    let mut there = 0;
    for (row, example) in readings.examples().iter().enumerate() {
        let reached = readings.get(Measure::Pred, last, row).unwrap() as u32;
        let ending = readings.ending(row).unwrap();
        assert_eq!(
            ending.last_success,
            Some(reached) == example.target,
            "{way}, row {row}"
        );
        assert!(ending.best_success || !ending.last_success, "{ending:?}");
        there += usize::from(ending.last_success);
    }
    // Descending towards a class may end in a third one that lies in between; one of twelve does.
    assert!(there >= 10, "{way}: {there} of 12");
    let pair =
        |example: &valleyscope_shared::readings::Example| (example.label, example.target.unwrap());
    readings.examples().iter().map(pair).collect()
}

#[test]
fn a_target_is_chosen_for_each_example_and_nearly_always_reached() {
    let runner_up = targets("runner_up");
    assert!(runner_up.iter().all(|(label, target)| label != target));
    assert_eq!(runner_up, targets("runner_up"));
    assert_ne!(runner_up, targets("random"));
}

#[test]
fn the_least_likely_class_is_that_of_the_lowest_clean_logit() {
    let outputs = outputs(&spec(
        r#"{"pgd": {"steps": 1, "target": "least_likely"}}"#,
        "",
    ));
    let examples = readings(&outputs)[0].examples().to_vec();
    let kept = outputs.iter().filter_map(|output| match output {
        Output::Kept(kept) if kept.point == 0 => Some(kept),
        _ => None,
    });
    for kept in kept {
        let classes = kept.logits.len() / kept.rows;
        for (row, logits) in (kept.first_row..).zip(kept.logits.chunks(classes)) {
            let lowest = (0..classes).min_by(|a, b| logits[*a].total_cmp(&logits[*b]));
            assert_eq!(examples[row].target, lowest.map(|class| class as u32));
        }
    }
}

/// Square's random start was once no step: images that were wrong there left, and the statistics took them for robust, the curve not.
#[test]
fn the_statistics_and_the_curve_agree_on_who_is_robust() {
    for attack in valleyscope_shared::spec::attack::all() {
        let id = attack.id.as_str();
        let steps = match attack.fields.iter().any(|field| field.id == "steps") {
            // Corruptions have no more severities.
            true => r#""steps": 5"#,
            false => "",
        };
        let large = match (id, attack.fields.iter().any(|field| field.id == "epsilon")) {
            ("autoattack", _) => r#""epsilon": "4/255""#.to_owned(),
            (_, true) if steps.is_empty() => r#""epsilon": "32/255""#.to_owned(),
            (_, true) => format!(r#""epsilon": "32/255", {steps}"#),
            (_, false) => steps.to_owned(),
        };
        let outputs = outputs(&spec(&format!(r#"{{"{id}": {{{large}}}}}"#), ""));
        let state = fold(&outputs);
        let ended = state.passes[0].summary.as_ref().unwrap();
        let (summary, line) = (&ended.summary, &ended.timeline);
        assert_eq!(
            line.robust.last().unwrap().hits,
            summary.robust_accuracy.hits,
            "{id}"
        );
        assert_eq!(line.accuracy[0].hits, summary.clean_accuracy.hits, "{id}");
    }
}

#[test]
fn every_epsilon_is_a_pass_and_the_same_as_a_run_of_its_own() {
    let several = r#"{"pgd": {"steps": 4, "epsilon": ["2/255", "8/255"]}}"#;
    let outputs = outputs(&spec(several, ""));
    let state = fold(&outputs);
    let started = state.started.as_ref().unwrap();
    assert_eq!(started.pass_names(), ["ε 2/255", "ε 8/255"]);
    assert_eq!(state.total(), 2 * 12 * 5);
    assert_eq!(state.done, state.total());
    for (pass, epsilon) in readings(&outputs).iter().zip(["2/255", "8/255"]) {
        let alone = one(&format!(
            r#"{{"pgd": {{"steps": 4, "epsilon": "{epsilon}"}}}}"#
        ));
        for row in 0..12 {
            assert_eq!(
                pass.curve(Measure::Loss, row),
                alone.curve(Measure::Loss, row)
            );
            assert_eq!(pass.ending(row), alone.ending(row));
        }
    }
}

#[test]
fn the_best_iterate_is_the_success_with_the_highest_loss() {
    let readings = one(r#"{"pgd": {"steps": 6, "step_size": "4/255"}}"#);
    for row in 0..12 {
        let ending = readings.ending(row).unwrap();
        let loss = readings.curve(Measure::Loss, row);
        let wrong: Vec<usize> = (0..7)
            .filter(|point| readings.right(*point, row) == Some(false))
            .collect();
        let among: Vec<usize> = match wrong.is_empty() {
            true => (0..7).collect(),
            false => wrong.clone(),
        };
        let highest = among.iter().copied().fold(among[0], |best, point| {
            if loss[point] > loss[best] {
                point
            } else {
                best
            }
        });
        assert_eq!(ending.best_step as usize, highest);
        let first = wrong.iter().copied().find(|point| *point > 0);
        assert_eq!(ending.first_success.map(|step| step as usize), first);
        assert_eq!(ending.last_success, wrong.contains(&6));
        let size = readings.get(Measure::Linf, highest, row).unwrap();
        // Both are the largest difference of the same two f32 images, once taken in f32 and once in f64.
        assert!((ending.linf - size).abs() < 1e-7, "{} {size}", ending.linf);
        // A forward and a backward pass at each of seven points; the first success is paid with its own.
        assert_eq!((ending.forward, ending.backward), (7, 7));
        let paid = ending.first_success.map(|step| 2 * (u64::from(step) + 1));
        assert_eq!(ending.passes_to_success, paid);
        assert_eq!(readings.get(Measure::Passes, 6, row), Some(14.0));
    }
}

#[test]
fn every_success_is_asked_whether_eight_bits_keep_it() {
    // Half a grey level is rounded away or doubled, so some successes of such a small budget are lost.
    let attack = r#"{"pgd": {"steps": 8, "epsilon": "1.5/255", "step_size": "0.5/255"}}"#;
    let outputs = outputs(&spec(attack, ""));
    let readings = &readings(&outputs)[0];
    for row in 0..12 {
        let ending = readings.ending(row).unwrap();
        assert_eq!(ending.best_survives.is_some(), ending.best_success);
        assert_eq!(ending.last_survives.is_some(), ending.last_success);
    }
    let summary = fold(&outputs).passes[0].summary.clone().unwrap().summary;
    let endings = summary.endings.unwrap();
    assert_eq!(endings.success.n, summary.n);
    assert_eq!(endings.best_survives.n, endings.success.hits);
    assert_eq!(
        (endings.forward, endings.backward),
        (9 * summary.n as u64, 9 * summary.n as u64)
    );
}

/// In f32 a point on the ball's surface is a rounding outside; counted strictly, no success of AutoAttack would be one.
#[test]
fn autoattack_counts_its_successes_in_single_precision() {
    let attack =
        r#"{"autoattack": {"epsilon": "8/255", "steps": 10, "queries": 20, "target_classes": 2}}"#;
    let outputs = outputs(&spec(attack, ""));
    let state = fold(&outputs);
    assert_eq!(state.done, state.total());
    let readings = &readings(&outputs)[0];
    let summary = state.passes[0].summary.clone().unwrap().summary;
    let apgd = one(r#"{"apgd": {"epsilon": "8/255", "steps": 10}}"#);
    let broken = |readings: &Readings| {
        let rows = (0..12).filter(|row| readings.right(0, *row) == Some(true));
        rows.filter(|row| readings.ending(*row).unwrap().success())
            .count()
    };
    assert!(broken(readings) > 0 && broken(readings) >= broken(&apgd));
    assert_eq!(summary.robust_accuracy.hits, summary.n - broken(readings));
    for row in 0..12 {
        let ending = readings.ending(row).unwrap();
        if ending.success() {
            assert!(
                ending.best_success && ending.linf <= 8.0 / 255.0 + 1e-7,
                "{ending:?}"
            );
        }
    }
}

/// An image that leaves between two recorded points is shown at the second; its iterate has to be kept there too.
/// Planted: only its readings are put there; this failed.
#[test]
fn the_last_iterate_of_an_image_that_leaves_is_kept() {
    let outputs = outputs(&spec(
        r#"{"square": {"steps": 600, "epsilon": "4/255"}}"#,
        "",
    ));
    let readings = readings(&outputs).remove(0);
    let steps = &readings.axis().steps;
    let mut between = 0;
    for row in 0..readings.examples().len() {
        let last = readings.reached(row) - 1;
        let kept = outputs.iter().any(|output| match output {
            Output::Kept(kept) => {
                kept.point == last && (kept.first_row..kept.first_row + kept.rows).contains(&row)
            }
            _ => false,
        });
        assert!(kept, "row {row}, point {last}");
        let success = readings.ending(row).unwrap().first_success;
        between += usize::from(success.is_some_and(|step| !steps.contains(&step)));
    }
    assert!(between > 0, "none left between two recorded points");
}
