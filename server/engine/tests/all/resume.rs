//! A stopped run that is gone on with ends as if it had never been stopped.

use crate::common::run::{fold, outputs, readings, runner, spec};
use valleyscope_shared::event::Event;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::origin::Origin;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::{Block, Readings};
use valleyscope_shared::runner::{Cancel, Earlier, Kept, Output, Runner};
use valleyscope_shared::spec::RunSpec;

/// What comes out until so many examples have ended, as a server that is killed then would have it.
fn stopped_after(spec: &RunSpec, endings: usize) -> Vec<Output> {
    let (mut outputs, mut ended) = (Vec::new(), 0);
    let cancel = Cancel::default();
    runner()
        .run(spec, &cancel, &mut |output| {
            if ended == endings {
                cancel.cancel();
                return;
            }
            ended += usize::from(matches!(output, Output::Ending { .. }));
            outputs.push(output);
        })
        .unwrap();
    assert_eq!(ended, endings);
    outputs
}

fn kept_of(outputs: &[Output], pass: usize, row: usize) -> Vec<Kept> {
    let of = |output: &Output| match output {
        Output::Kept(kept) if kept.pass == pass => {
            let place = row
                .checked_sub(kept.first_row)
                .filter(|place| *place < kept.rows)?;
            let piece =
                |values: usize| place * values / kept.rows..(place + 1) * values / kept.rows;
            Some(Kept {
                first_row: row,
                rows: 1,
                images: kept.images[piece(kept.images.len())].to_vec(),
                logits: kept.logits[piece(kept.logits.len())].to_vec(),
                ..kept.clone()
            })
        }
        _ => None,
    };
    outputs.iter().filter_map(of).collect()
}

fn resumed(spec: &RunSpec, before: &[Output], change: impl FnOnce(&mut [Readings])) -> Vec<Output> {
    let started = fold(before).started.unwrap();
    let mut passes = readings(before);
    change(&mut passes);
    let kept = |pass, row| Ok::<_, Problem>(kept_of(before, pass, row));
    let earlier = Earlier {
        id: "stopped".to_owned(),
        started,
        passes,
        kept: &kept,
    };
    let mut outputs = Vec::new();
    runner()
        .resume(spec, &earlier, &Cancel::default(), &mut |output| {
            outputs.push(output);
        })
        .unwrap();
    outputs
}

fn notes(outputs: &[Output]) -> Vec<String> {
    fold(outputs).started.unwrap().notes
}

/// Bit by bit: nothing is computed twice, so nothing may differ.
fn assert_same(one: &[Output], other: &[Output]) {
    let (a, b) = (readings(one), readings(other));
    assert_eq!(a.len(), b.len());
    for (pass, (a, b)) in a.iter().zip(&b).enumerate() {
        for row in 0..a.examples().len() {
            assert_eq!(a.reached(row), b.reached(row), "row {row}");
            assert_eq!(a.ended(row), b.ended(row), "row {row}");
            assert_eq!(a.noted_flip(row), b.noted_flip(row), "row {row}");
            assert_eq!(a.ending(row), b.ending(row), "row {row}");
            assert_eq!(
                kept_of(one, pass, row),
                kept_of(other, pass, row),
                "row {row}"
            );
            for measure in measure::ALL {
                let bits = |readings: &Readings| {
                    let curve = readings.curve(*measure, row);
                    curve.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
                };
                assert_eq!(bits(a), bits(b), "{measure:?} of row {row}");
            }
        }
    }
    let (a, b) = (fold(one), fold(other));
    assert_eq!(a.warnings, b.warnings);
    for (a, b) in a.passes.iter().zip(&b.passes) {
        assert_eq!(a.summary, b.summary);
    }
    assert_eq!((a.done, a.total()), (b.done, b.total()));
}

const AUTOATTACK: &str = r#"{"autoattack": {"epsilon": ["4/255", "8/255"], "version": "rand"}}"#;

#[test]
fn autoattack_that_was_killed_goes_on_where_it_was() {
    // Two passes of 12 examples in batches of 5: killed in the first batch of the second pass, before all of its examples were written down.
    let spec = spec(AUTOATTACK, r#", "keep_examples": 3"#);
    let before = stopped_after(&spec, 12 + 3);
    let after = resumed(&spec, &before, |_| ());
    assert_same(&after, &outputs(&spec));
    assert_eq!(
        notes(&after),
        ["12 of 24 attacked examples were taken over from the stopped run stopped."]
    );
}

#[test]
fn attacks_that_go_on_past_success_are_taken_over_too() {
    let spec = spec(r#"{"pgd": {"steps": 250, "step_size": "0.2/255"}}"#, "");
    let before = stopped_after(&spec, 5);
    assert_same(&resumed(&spec, &before, |_| ()), &outputs(&spec));
}

/// Planted: without the branch that takes over, the mark that this test puts into the stopped run's readings is gone; failed.
#[test]
fn what_was_computed_is_not_computed_again() {
    let spec = spec(r#"{"pgd": {"steps": 2}}"#, "");
    let before = stopped_after(&spec, 10);
    let mark = |passes: &mut [Readings]| {
        let mut values = vec![0.25; 10 * Measure::COUNT];
        values[Measure::Loss.place() * 10..][..10].fill(1234.0);
        passes[0].put(&Block {
            pass: 0,
            point: 1,
            first_row: 0,
            values,
        });
    };
    let after = readings(&resumed(&spec, &before, mark)).remove(0);
    let losses: Vec<f64> = (0..12)
        .map(|row| after.get(Measure::Loss, 1, row).unwrap())
        .collect();
    assert!(
        losses[..10].iter().all(|loss| *loss == 1234.0),
        "{losses:?}"
    );
    assert!(
        losses[10..].iter().all(|loss| *loss != 1234.0),
        "{losses:?}"
    );
}

#[test]
fn a_run_of_another_version_or_other_examples_is_not_taken_over() {
    let spec = spec(r#"{"pgd": {"steps": 2}}"#, "");
    let mut before = stopped_after(&spec, 5);
    let other = |before: &[Output]| notes(&resumed(&spec, before, |_| ())).remove(0);
    assert!(other(&before).starts_with("5 of 12"), "{}", other(&before));
    for output in &mut before {
        if let Output::Event(Event::Started(started)) = output {
            started.made_by = "Valleyscope 0.0.1".to_owned();
        }
    }
    assert_eq!(
        other(&before),
        "Nothing could be taken over from the stopped run stopped: it was computed by Valleyscope 0.0.1."
    );
    let mut elsewhere = spec.clone();
    elsewhere.data.first = Some(40);
    let before = stopped_after(&elsewhere, 5);
    assert!(
        other(&before).ends_with("it is of other images."),
        "{}",
        other(&before)
    );
}

/// Indices, labels, version and device are the same; the weights or the pixels are not.
#[test]
fn a_run_of_other_weights_or_pixels_is_not_taken_over() {
    let spec = spec(r#"{"pgd": {"steps": 2}}"#, "");
    let before = stopped_after(&spec, 5);
    let with = |change: &dyn Fn(&mut Option<Origin>)| {
        let mut before = before.clone();
        for output in &mut before {
            if let Output::Event(Event::Started(started)) = output {
                change(&mut started.origin);
            }
        }
        notes(&resumed(&spec, &before, |_| ())).remove(0)
    };
    let said =
        |why: &str| format!("Nothing could be taken over from the stopped run stopped: {why}.");
    assert!(with(&|_| ()).starts_with("5 of 12"));
    type Part = fn(&mut Origin) -> &mut String;
    let parts: [(Part, &str); 5] = [
        (|origin| &mut origin.weights, "other weights"),
        (|origin| &mut origin.card, "another card of the model"),
        (|origin| &mut origin.data, "another content of the data set"),
        (|origin| &mut origin.images, "other images"),
        (|origin| &mut origin.spec, "another specification"),
    ];
    for (part, what) in parts {
        let change = |origin: &mut Option<Origin>| {
            let origin = origin.as_mut().unwrap();
            *part(origin) = "0".repeat(64);
        };
        assert_eq!(with(&change), said(&format!("it is of {what}")));
    }
    let unknown = with(&|origin| *origin = None);
    assert_eq!(unknown, said("it does not say what it was computed from"));
}
