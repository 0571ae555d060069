//! Batches on the command line: what is taken over, and the table.

use crate::program::Program;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// The folder of an embedded model.
fn embedded(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../static/models")
        .join(name)
}

/// Puts an embedded model into the data directory as `mine`, in place of the one of that name.
fn put(program: &Program, name: &str) {
    let folder = program.path("data/models/mine");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["model.safetensors", "model.json"] {
        std::fs::copy(embedded(name).join(file), Path::new(&folder).join(file)).unwrap();
    }
}

fn batch(model: &str, attacks: Value) -> Value {
    json!({ "models": [model], "attacks": attacks, "data": { "set": "shapes-test", "count": 12 }, "keep_examples": 0 })
}

struct Said {
    table: Vec<Vec<String>>,
    errors: String,
}

fn run(program: &Program, batch: &Value, more: &[&str]) -> Said {
    let spec = program.write("batch.json", batch);
    let out = program.path("out");
    let arguments = [&["batch", &spec, "--out", &out], more].concat();
    let output = program.run(&arguments);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    Said {
        table: text.lines().skip(1).map(cells).collect(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn files(program: &Program) -> BTreeSet<String> {
    let entries = std::fs::read_dir(program.path("out")).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_result_of_a_replaced_model_is_not_taken_for_that_of_the_new_one() {
    let program = Program::new();
    let attacks = json!([{ "pgd": { "epsilon": "8/255", "steps": 5 } }]);
    put(&program, "shapes-standard");
    let first = run(&program, &batch("mine", attacks.clone()), &[]);
    let again = run(&program, &batch("mine", attacks.clone()), &[]);
    assert!(again.errors.contains("there already"), "{}", again.errors);
    assert_eq!(first.table, again.table);
    put(&program, "shapes-robust");
    let anew = run(&program, &batch("mine", attacks.clone()), &[]);
    assert!(
        anew.errors
            .contains("computed again, the weights of mine have changed since"),
        "{}",
        anew.errors
    );
    let fresh = Program::new();
    put(&fresh, "shapes-robust");
    assert_eq!(
        anew.table,
        run(&fresh, &batch("mine", attacks.clone()), &[]).table
    );
    assert_ne!(anew.table, first.table);
    // What was written without readings does not do for one who wants them.
    run(&program, &batch("mine", attacks.clone()), &["--brief"]);
    std::fs::remove_dir_all(program.path("out")).unwrap();
    run(&program, &batch("mine", attacks.clone()), &["--brief"]);
    let whole = run(&program, &batch("mine", attacks), &[]);
    assert!(
        whole
            .errors
            .contains("it has no readings of single examples"),
        "{}",
        whole.errors
    );
}

#[test]
fn another_attack_moves_no_file_and_what_is_stale_is_named() {
    let program = Program::new();
    let (fgsm, pgd) = (json!({ "fgsm": {} }), json!({ "pgd": { "steps": 2 } }));
    run(&program, &batch("shapes-standard", json!([pgd])), &[]);
    let before = files(&program);
    let both = run(&program, &batch("shapes-standard", json!([fgsm, pgd])), &[]);
    assert!(
        both.errors.contains("2/2 shapes-standard: PGD"),
        "{}",
        both.errors
    );
    assert_eq!(both.errors.matches("there already").count(), 1);
    assert!(files(&program).is_superset(&before), "{before:?}");
    let one = run(&program, &batch("shapes-standard", json!([fgsm])), &[]);
    let name = before.first().unwrap();
    assert!(
        one.errors.contains("not of this batch") && one.errors.contains(name.as_str()),
        "{}",
        one.errors
    );
}

#[test]
fn every_epsilon_has_its_own_row_and_seeds_are_a_mean_and_a_range() {
    let program = Program::new();
    let radii = ["2/255", "4/255", "16/255"];
    let several = json!([{ "pgd": { "epsilon": radii, "step_size": "2/255", "steps": 8, "random_start": true } }]);
    let mut spec = batch("shapes-standard", several);
    spec["seed"] = json!([1, 2]);
    let table = run(&program, &spec, &[]).table;
    assert_eq!(table.len(), 3);
    for (row, radius) in table.iter().zip(radii) {
        let alone = json!([{ "pgd": { "epsilon": radius, "step_size": "2/255", "steps": 8, "random_start": true } }]);
        let mut spec = batch("shapes-standard", alone);
        spec["seed"] = json!([1, 2]);
        let alone = run(&Program::new(), &spec, &[]).table;
        assert_eq!(row[2], radius);
        assert_eq!(row[3..], alone[0][3..], "{radius}");
        assert!(row[5].ends_with("over 2 seeds"), "{row:?}");
    }
    assert_ne!(table[0][4], table[2][4]);
}

#[test]
fn verify_says_which_results_belong_to_what_lies_here() {
    let program = Program::new();
    put(&program, "shapes-standard");
    let attacks = json!([{ "fgsm": {} }, { "pgd": { "steps": 2 } }]);
    run(&program, &batch("mine", attacks), &["--brief"]);
    let results: Vec<String> = files(&program)
        .iter()
        .map(|name| program.path(&format!("out/{name}")))
        .collect();
    let verify = || {
        let arguments: Vec<&str> = std::iter::once("verify")
            .chain(results.iter().map(String::as_str))
            .collect();
        let output = program.run(&arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    let (code, text) = verify();
    assert_eq!(
        (code, text.matches("belongs").count()),
        (Some(0), 2),
        "{text}"
    );
    put(&program, "shapes-robust");
    let (code, text) = verify();
    assert_eq!(
        (
            code,
            text.matches("the weights of mine have changed since")
                .count()
        ),
        (Some(2), 2),
        "{text}"
    );
    // A file that was edited does not say what it claims.
    put(&program, "shapes-standard");
    let mut edited: Value = serde_json::from_slice(&std::fs::read(&results[0]).unwrap()).unwrap();
    edited["spec"]["data"]["count"] = 15.into();
    std::fs::write(&results[0], edited.to_string()).unwrap();
    let (code, text) = verify();
    assert!(
        code == Some(2) && text.contains("it is of another run"),
        "{text}"
    );
}
