//! A model's name and terms of use: given, changed, and what they mean for runs.

use crate::program::{Program, spec};
use serde_json::{Value, json};

const EMBEDDED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../static/models/shapes-robust"
);

/// A place with a copy of an embedded model under another name.
fn with_model(name: &str, more: &[&str]) -> Program {
    let program = Program::new();
    let output = program.run(&[&["models", "add", EMBEDDED, "--name", name], more].concat());
    assert!(output.status.success(), "{output:?}");
    program
}

fn said(program: &Program, arguments: &[&str]) -> (bool, String) {
    let output = program.run(arguments);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (output.status.success(), text)
}

fn of(name: &str, count: u64, steps: u64) -> Value {
    let mut run = spec(count, steps);
    run["model"] = json!(name);
    run
}

#[test]
fn a_model_is_renamed_here_and_its_terms_are_kept() {
    let program = with_model("mine", &["--licence", " research only "]);
    let (done, text) = said(&program, &["models", "show", "mine"]);
    assert!(
        done && text.contains("licence        research only"),
        "{text}"
    );
    for (arguments, words) in [
        (["models", "rename", "mine", "Mine"], "Mine"),
        (
            ["models", "rename", "mine", "shapes-robust"],
            "exists already",
        ),
        (
            ["models", "rename", "shapes-robust", "x"],
            "comes with the program",
        ),
        (["models", "rename", "nope", "x"], "nope"),
        (["models", "licence", "mine", "two\nlines"], "one line"),
        (
            ["models", "licence", "shapes-robust", "MIT"],
            "comes with the program",
        ),
    ] {
        let (done, text) = said(&program, &arguments);
        assert!(!done && text.contains(words), "{arguments:?}: {text}");
    }
    let (done, text) = said(&program, &["models", "rename", "mine", "better"]);
    assert!(done && text.contains("mine is called better now"), "{text}");
    let (done, text) = said(&program, &["models", "licence", "better", "MIT"]);
    assert!(done && text.contains("better is under: MIT"), "{text}");
    let (_, text) = said(&program, &["models", "show", "better"]);
    assert!(
        text.contains("formerly       mine") && text.contains("licence        MIT"),
        "{text}"
    );
    let (done, text) = said(&program, &["models", "licence", "better", ""]);
    assert!(done && text.contains("no licence note"), "{text}");
}

#[test]
fn a_run_keeps_the_name_and_still_knows_its_model() {
    let program = with_model("mine", &[]);
    let server = program.serve(&[]);
    let id = server.create(&of("mine", 4, 2));
    server.wait(&id);
    let path = "/api/v1/models/mine";
    let change = json!({ "name": "better", "licence": "MIT" });
    let changed = server.change(path, &change);
    assert_eq!(changed["model"]["id"], "better", "{changed}");
    assert_eq!(changed["model"]["licence"], "MIT");
    assert_eq!(changed["about"]["formerly"], json!(["mine"]));
    // The former name leads to it.
    assert_eq!(server.status(&format!("GET {path}")), 308);
    let run = server.run(&id);
    assert_eq!(
        (&run["spec"]["model"], &run["changed"]),
        (&json!("mine"), &Value::Null)
    );
    // Once more, under the name that it has now.
    let again = server.post(&format!("/api/v1/runs/{id}/repeat"));
    assert_eq!(again["spec"]["model"], "better", "{again}");
    let again = server.wait(again["id"].as_str().unwrap());
    assert_eq!(again["phase"], "finished");
    // Who asks for the former name is told the names there are.
    let refused = server.order(&of("mine", 4, 2));
    assert_eq!(refused["errors"][0]["path"], "model", "{refused}");
    // Runs under either name count.
    let deleted = server.status("DELETE /api/v1/models/better");
    assert_eq!(deleted, 409);
}

#[test]
fn a_stopped_run_goes_on_although_its_model_has_another_name() {
    let program = with_model("mine", &[]);
    let server = program.serve(&[]);
    let id = server.create(&of("mine", 256, 40));
    // While it computes, the name stays.
    let refused = server.change("/api/v1/models/mine", &json!({ "name": "better" }));
    assert!(
        refused["detail"].as_str().unwrap().contains(&id),
        "{refused}"
    );
    let here = said(&program, &["models", "rename", "mine", "better"]);
    assert!(!here.0 && here.1.contains(&id), "{}", here.1);
    while server.run(&id)["done"].as_u64() < Some(64 * 41) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    server.post(&format!("/api/v1/runs/{id}/cancel"));
    assert_eq!(server.wait(&id)["phase"], "cancelled");
    let renamed = server.change("/api/v1/models/mine", &json!({ "name": "better" }));
    assert_eq!(renamed["model"]["id"], "better", "{renamed}");
    let on = server.post(&format!("/api/v1/runs/{id}/resume"));
    let on = server.wait(on["id"].as_str().unwrap_or_else(|| panic!("{on}")));
    assert_eq!(on["phase"], "finished", "{on}");
}

#[test]
fn what_cannot_be_changed_is_refused_by_its_field() {
    let program = with_model("mine", &[]);
    let server = program.serve(&[]);
    let wrong = |id: &str, change: Value| {
        let path = format!("/api/v1/models/{id}");
        server.change(&path, &change)
    };
    for (change, field) in [
        (json!({ "name": "../out" }), "name"),
        (json!({ "name": "shapes-robust" }), "name"),
        (json!({ "licence": "x".repeat(501) }), "licence"),
        (json!({ "name": "new", "licence": "a\nb" }), "licence"),
        (json!({ "title": "new" }), "title"),
    ] {
        let problem = wrong("mine", change);
        assert_eq!(problem["status"], 422, "{problem}");
        assert_eq!(problem["errors"][0]["path"], field, "{problem}");
    }
    assert_eq!(wrong("nope", json!({}))["status"], 404);
    assert_eq!(
        wrong("shapes-robust", json!({ "licence": "MIT" }))["status"],
        409
    );
    let kept = wrong("mine", json!({}));
    assert_eq!(kept["model"]["id"], "mine");
}
