//! What the exit code says.

use crate::program::{Program, spec};
use serde_json::json;

#[test]
fn help_lists_the_codes() {
    let program = Program::new();
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["batch", "--help"],
        &["train", "--help"],
        &["runs", "--help"],
    ] {
        let output = program.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0));
        assert!(
            text.contains("Exit codes:") && text.contains("2    a run failed"),
            "{text}"
        );
    }
}

#[test]
fn wrong_arguments_and_documents_are_1() {
    let program = Program::new();
    let wrong = program.write("wrong.json", &json!({ "model": "nope" }));
    for arguments in [
        &[][..],
        &["--colour"],
        &["fly"],
        &["run"],
        &["run", &wrong, "--out", "result.json"],
        &["runs", "show", "nope"],
        &["completions", "tcsh"],
        &["man", "fly"],
    ] {
        let output = program.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
}

/// Images of one class under an attack that leads to that very class: none is left.
#[test]
fn a_run_that_fails_is_2() {
    let program = Program::new();
    let mut nothing = spec(4, 2);
    nothing["data"] = json!({ "set": "shapes-test", "indices": [0] });
    nothing["attack"] = json!({ "fgsm": {} });
    let run = program.write("first.json", &nothing);
    assert!(
        program
            .run(&["run", &run, "--out", "first.out"])
            .status
            .success()
    );
    let label = program.read("first.out")["labels"][0].as_u64().unwrap();
    let targeted = json!({ "pgd": { "target": label } });

    nothing["attack"] = targeted.clone();
    let run = program.write("spec.json", &nothing);
    let output = program.run(&["run", &run, "--out", "result.json"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("the run failed: ") && text.contains("target class"),
        "{text}"
    );

    let batch = json!({
        "models": ["shapes-standard"],
        "attacks": [targeted, { "fgsm": {} }],
        "data": { "set": "shapes-test", "indices": [0] },
    });
    let batch = program.write("batch.json", &batch);
    let output = program.run(&["batch", &batch, "--out", "results"]);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        table.contains("failed: ") && table.contains("FGSM"),
        "{table}"
    );
    assert_eq!(program.list("results").len(), 1, "the other run is done");
}
