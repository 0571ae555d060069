//! The documents that commands read: marks at their beginning, and the places of their faults.

use crate::program::{Program, spec};
use serde_json::json;
use std::fs;

#[test]
fn a_mark_of_byte_order_is_no_fault() {
    let program = Program::new();
    let marked = |name: &str, text: String| {
        fs::write(program.path(name), format!("\u{feff}{text}")).unwrap()
    };
    marked("run.json", spec(4, 2).to_string());
    let batch = json!({
        "models": ["shapes-standard"],
        "attacks": [{ "fgsm": {} }],
        "data": { "set": "shapes-test", "count": 4 },
    });
    marked("batch.json", batch.to_string());
    marked("train.json", json!({ "epochs": 0 }).to_string());
    for arguments in [
        ["run", "run.json", "--out", "result.json"],
        ["batch", "batch.json", "--out", "results"],
    ] {
        let output = program.run(&arguments);
        assert!(output.status.success(), "{output:?}");
    }
    let output = program.run(&["train", "train.json", "--out", "model"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        text.contains("train.json:1:12: missing field `title`"),
        "{text}"
    );
    let server = program.serve(&[]);
    let id = server.create_of(&format!("\u{feff}{}", spec(4, 2)));
    assert_eq!(server.wait(&id)["phase"], "finished");
}

#[test]
fn faults_are_named_by_file_line_and_column() {
    let program = Program::new();
    let train = include_str!("../../../static/models/shapes-standard/train.json");
    let batch = "{ \"models\": [\"shapes-standard\"],\n  \"data\": { \"set\": \"shapes-test\" },\n  \"attacks\": [ { \"fgsm\": {} },\n    { \"pgd\": { \"steps\": 0 } } ] }";
    let run = "{ \"model\": \"shapes-standard\",\n  \"data\": { \"set\": \"shapes-test\", \"count\": 4 },\n  \"attack\": { \"pgd\": {} }";
    let cases: [(&str, &str, String, &str); 9] = [
        (
            "run",
            "r.json",
            run.to_owned(),
            "r.json:3:25: EOF while parsing an object",
        ),
        (
            "run",
            "r.json",
            format!("{run},\n\n \"colour\": 1 }}"),
            "r.json:5:12: colour: unknown field",
        ),
        (
            "run",
            "r.json",
            run.replace("4 }", "\"four\" }") + "}",
            "r.json:2:44: data.count: invalid type: string",
        ),
        (
            "run",
            "r.json",
            run.replace("shapes-standard", "nope") + "}",
            "r.json:1:12: model: there is no model \"nope\"",
        ),
        (
            "run",
            "r.json",
            String::new(),
            "r.json is empty; the run is a JSON document",
        ),
        (
            "batch",
            "b.json",
            batch.to_owned(),
            "b.json:4:25: attacks.1.pgd.steps: 0 is less than 1",
        ),
        (
            "batch",
            "b.json",
            batch.replace(']', "}"),
            "b.json:1:31: expected",
        ),
        (
            "train",
            "t.json",
            train.replace("\"epochs\": 8", "\"epochs\": 0"),
            "t.json:48:13: epochs: 0 is not possible; 1 to 10000 is right",
        ),
        (
            "train",
            "t.json",
            train.replace("\"epochs\": 8", "\"epochs\": 8.5"),
            "t.json:48:15: invalid type: floating point",
        ),
    ];
    for (command, name, text, words) in cases {
        fs::write(program.path(name), text).unwrap();
        let output = program.run(&[command, name, "--out", "out"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains(words) && !said.contains("request"),
            "{words}: {said}"
        );
    }
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(program.path("r.json"), utf16).unwrap();
    let output = program.run(&["run", "r.json", "--out", "out"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("r.json: this is UTF-16; save it as UTF-8"),
        "{said}"
    );
    let output = program.run_with(&["run", "-", "--out", "out"], "{ \"model\": 1 }");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("standard input:1:12: model: invalid type"),
        "{said}"
    );
    assert!(!std::path::Path::new(&program.path("out")).exists());
}
