//! Nobody reads any more: commands end quietly, computations go on.

use crate::program::{Program, spec};
use serde_json::json;
use std::fs::OpenOptions;
use std::process::{Output, Stdio};

/// Standard output or standard error of a program whose reader is gone.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_command_that_prints_ends_quietly_when_nobody_reads() {
    let program = Program::new();
    let server = program.serve(&[]);
    let id = server.create(&spec(8, 3));
    server.wait(&id);
    let batch = json!({
        "models": ["shapes-standard"],
        "attacks": [{ "fgsm": {} }],
        "data": { "set": "shapes-test", "count": 8 },
    });
    let batch = program.write("batch.json", &batch);
    let commands: &[&[&str]] = &[
        &["--help"],
        &["--version"],
        &["help", "run"],
        &["run", "--help"],
        &["models"],
        &["models", "list"],
        &["data", "list"],
        &["runs"],
        &["runs", "--json"],
        &["runs", "show", &id],
        &["runs", "export", &id, "--out", "-"],
        &["runs", "export", &id, "--out", "-", "--format", "csv"],
        &["completions", "bash"],
        &["man"],
        &["runs", "export", &id, "--out", "-", "--format", "npz"],
        &["batch", &batch, "--out", "results"],
    ];
    for arguments in commands {
        let output = program
            .command(arguments)
            .stdout(closed())
            .output()
            .unwrap();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(141), "{arguments:?}: {said}");
        assert!(
            !said.contains("panicked") && !said.contains("error"),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_usage_error_that_nobody_reads_is_still_one() {
    let program = Program::new();
    let output = program.command(&["run"]).stderr(closed()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

/// A full disk is not a closed pipe: it is said.
#[test]
fn what_cannot_be_printed_is_an_error() {
    let program = Program::new();
    for arguments in [&["models"][..], &["--help"], &["completions", "bash"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = program.command(arguments).stdout(full).output().unwrap();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("cannot write to standard output"), "{said}");
    }
}

/// The terminal may be gone long before a run ends; progress and warnings then go nowhere, the result does not.
#[test]
fn a_computation_does_not_need_anybody_to_listen() {
    let program = Program::new();
    // Long enough for a line of progress, and saturated, which warns.
    let mut long = spec(512, 120);
    long["batch_size"] = 16.into();
    let run = program.write("spec.json", &long);
    let mut command = program.command(&["run", &run, "--out", "result.json"]);
    let status = command.stdout(closed()).stderr(closed()).status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(program.read("result.json")["phase"], "finished");
}

/// A server writes its log where nobody may read; it must not end of that.
#[test]
fn a_server_does_not_die_of_a_closed_log() {
    let program = Program::new();
    let server = program.serve_with(closed());
    let id = server.create(&spec(8, 3));
    assert_eq!(server.wait(&id)["phase"], "finished");
    assert!(server.get("/api/v1/health").contains("ok"));
}
