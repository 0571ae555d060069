//! Counts by hand.
use super::*;
use serde_json::json;

/// What became of one image: `h`olds, `b`roken, `w`rong or `u`nknown.
fn fates_of(letters: &str, first: u64) -> Vec<Fate> {
    let fate = |(place, letter): (usize, char)| Fate {
        index: first + place as u64,
        right: letter != 'w',
        wrong: letter == 'w',
        broken_from: (letter == 'b').then_some(0.0),
        unknown: letter == 'u',
    };
    letters.chars().enumerate().map(fate).collect()
}

fn spec(attacks: serde_json::Value) -> BatchSpec {
    let spec = json!({ "models": ["m"], "attacks": attacks, "data": { "set": "s" } });
    BatchSpec::from_json(&spec.to_string()).unwrap()
}

fn run(id: &str, attack: &AttackSpec, phase: &str) -> RunView {
    let view = json!({
        "id": id, "title": "m", "phase": phase, "position": null,
        "spec": { "model": "m", "data": { "set": "s" }, "attack": attack },
        "created_ms": 0, "started_ms": null, "ended_ms": null, "done": 0, "total": 0,
        "results": null, "reason": null, "warnings": 0, "repeat_of": null, "example": false,
    });
    serde_json::from_value(view).unwrap()
}

/// The rows of a batch whose runs have these fates, a pass for each epsilon; none where a run has not finished.
fn rows(spec: &BatchSpec, letters: &[Option<&[Vec<Fate>]>]) -> Vec<WorstCase> {
    let cells = spec.cells();
    let runs = cells.iter().zip(letters).enumerate();
    let runs: Vec<RunView> = runs
        .map(|(place, (cell, known))| {
            let phase = if known.is_some() {
                "finished"
            } else {
                "queued"
            };
            run(&format!("r{place}"), &cell.attack, phase)
        })
        .collect();
    let fates = cells.iter().zip(letters).map(|(cell, known)| {
        let radii = cell.attack.epsilons();
        let passes = (*known)?.iter().enumerate();
        let passes = passes.map(|(place, fates)| (radii.get(place).cloned(), fates.clone()));
        Some(Arc::new(RunFates {
            passes: passes.collect(),
        }))
    });
    let fates: Vec<_> = fates.collect();
    cases(spec, &runs, &fates)
}

#[test]
fn an_image_survives_that_no_attack_breaks_and_the_first_to_break_it_is_named() {
    let spec = spec(json!([
        { "pgd": { "epsilon": ["2/255", "8/255"] } }, { "square": { "epsilon": ["2/255", "8/255"] } },
    ]));
    let pgd = [fates_of("hhbwhu", 5), fates_of("bhbwhu", 5)];
    let square = [fates_of("hbhwhh", 5), fates_of("bbhwhb", 5)];
    let rows = rows(&spec, &[Some(&pgd), Some(&square)]);
    let told: Vec<_> = (rows.iter())
        .map(|row| {
            let robust = row.robust_accuracy.unwrap();
            (
                row.epsilon.to_string(),
                robust.hits,
                robust.n,
                row.broken_first(),
                row.not_finite,
            )
        })
        .collect();
    let expected = [
        ("2/255", 2, 6, "PGD 1, Square 1", 1),
        ("8/255", 1, 6, "PGD 2, Square 2", 0),
    ];
    assert_eq!(
        told,
        expected.map(|(at, hits, n, by, lost)| (at.to_owned(), hits, n, by.to_owned(), lost))
    );
    assert!(
        rows.iter()
            .all(|row| row.note.is_none() && row.left_out.is_empty())
    );
    assert_eq!(rows[0].clean_accuracy.unwrap().hits, 5);
    assert_eq!(rows[0].robust_accuracy, Some(Rate::of(2, 6)));
}

#[test]
fn what_has_not_finished_is_said_and_what_cannot_be_compared_has_no_number() {
    let spec = spec(json!([{ "pgd": {} }, { "fgsm": {} }, { "deepfool": {} }, { "jpeg": {} }]));
    let pgd = [fates_of("hhb", 0)];
    let none = rows(&spec, &[None, None, None, None]);
    assert!(none.is_empty(), "{none:?}");
    let [row] = &rows(&spec, &[Some(&pgd), None, None, None])[..] else {
        panic!()
    };
    assert_eq!(
        row.note.as_deref(),
        Some("so far, over 1 of 2 attacks: 1 still to finish")
    );
    assert_eq!(row.robust_accuracy, Some(Rate::of(2, 3)));
    assert_eq!(row.left_out, ["DeepFool", "JPEG"]);
    let other = [fates_of("hh", 1)];
    let [row] = &rows(&spec, &[Some(&pgd), Some(&other), None, None])[..] else {
        panic!()
    };
    assert_eq!(row.robust_accuracy, None);
    assert_eq!(
        row.note.as_deref(),
        Some("no number: the attacks are not over the same images; PGD has 3, FGSM has 2")
    );
}

#[test]
fn an_attack_that_looks_for_the_smallest_change_counts_at_every_epsilon_of_its_norm() {
    let spec = spec(json!([
        { "pgd": { "norm": "l2", "epsilon": [0.5, 1.0] } }, { "deepfool": {} },
    ]));
    let pgd = [fates_of("hhb", 0), fates_of("hhb", 0)];
    let mut deepfool = [fates_of("hhh", 0)];
    deepfool[0][0].broken_from = Some(0.7);
    let rows = rows(&spec, &[Some(&pgd), Some(&deepfool)]);
    let left: Vec<_> = (rows.iter())
        .map(|row| (row.robust_accuracy.unwrap().hits, row.broken_first()))
        .collect();
    let expected = [(2, "PGD 1, DeepFool 0"), (1, "PGD 1, DeepFool 1")];
    assert_eq!(left, expected.map(|(hits, by)| (hits, by.to_owned())));
}
