//! `valleyscope run --server`: the same as a run on this machine, computed elsewhere.

use crate::lost::long;
use crate::program::{Program, spec};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

/// The address of a server that gives the same answer to everything.
pub fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn a_run_at_a_server_gives_what_a_run_here_gives() {
    let program = Program::new();
    let mut wanted = spec(16, 5);
    wanted["attack"]["pgd"]["epsilon"] = json!(["2/255", "8/255"]);
    let run = program.write("spec.json", &wanted);
    let server = program.serve(&[]);
    let address = server.address();
    let said = |out: &str, more: &[&str]| {
        let output = program.run(&[&["run", &run, "--out", out], more].concat());
        assert!(
            output.status.success() && output.stdout.is_empty(),
            "{output:?}"
        );
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let here = said("here.json", &["--figures", "here"]);
    let there = said("there.json", &["--figures", "there", "--server", &address]);
    let summary = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| line.starts_with("Accuracy") || line.starts_with("Below clean"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(summary(&here), summary(&there));
    assert_eq!(summary(&here).len(), 6, "{here}");
    let result = |name: &str| -> Value {
        let mut result = program.read(name);
        for own in ["id", "created", "exported", "seconds"] {
            result.as_object_mut().unwrap().remove(own);
        }
        result
    };
    assert_eq!(result("here.json"), result("there.json"));
    assert_eq!(program.list("here"), program.list("there"));
    said("brief.json", &["--brief", "--server", &address, "--quiet"]);
    let brief = program.read("brief.json");
    assert!(
        brief.get("summary").is_some() && brief.get("trajectory").is_none(),
        "{brief}"
    );
}

#[test]
fn a_fault_is_told_by_its_place_in_the_file() {
    let program = Program::new();
    let server = program.serve(&[]);
    let mut wrong = spec(4, 2);
    wrong["model"] = "nope".into();
    let text = serde_json::to_string_pretty(&wrong).unwrap();
    std::fs::write(program.path("wrong.json"), &text).unwrap();
    let line = text.lines().position(|line| line.contains("nope")).unwrap() + 1;
    let output = program.run(&[
        "run",
        "wrong.json",
        "--out",
        "r.json",
        "--server",
        &server.address(),
    ]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!("wrong.json:{line}:12: model: there is no model")),
        "{said}"
    );
}

#[test]
fn a_signal_cancels_the_run_at_the_server_and_keeps_what_it_has() {
    let program = Program::new();
    let server = program.serve(&[]);
    let run = program.write("spec.json", &long());
    let arguments = [
        "run",
        &run,
        "--out",
        "result.json",
        "--server",
        &server.address(),
    ];
    let work = program.start(&arguments, "so far");
    work.signal("INT");
    let (status, text) = work.end();
    assert_eq!(status.code(), Some(3), "{text}");
    assert!(text.contains("cancelling the run at the server"), "{text}");
    assert_eq!(program.read("result.json")["phase"], "cancelled");
    let id = text
        .split_once("run ")
        .unwrap()
        .1
        .split(' ')
        .next()
        .unwrap();
    assert_eq!(server.run(id)["phase"], "cancelled");
}

/// The network fails, the server is killed and comes back: the run is followed to its end.
#[test]
fn a_server_that_comes_back_is_asked_again() {
    let program = Program::new();
    let mut server = program.serve(&[]);
    let run = program.write("spec.json", &long());
    let arguments = [
        "run",
        &run,
        "--out",
        "result.json",
        "--server",
        &server.address(),
    ];
    let work = program.start(&arguments, "so far");
    let port = server.port().to_owned();
    server.kill();
    std::thread::sleep(Duration::from_secs(1));
    let _server = program.serve_at(&port, &[]);
    let (status, text) = work.end();
    assert_eq!(status.code(), Some(3), "{text}");
    assert!(
        text.contains("trying again") && text.contains("interrupted"),
        "{text}"
    );
    assert_eq!(program.read("result.json")["phase"], "interrupted");
}

/// What cannot be written here is at the server still, and the message says how to get it.
#[test]
fn a_result_that_cannot_be_written_is_kept_at_the_server() {
    let program = Program::new();
    let server = program.serve(&[]);
    let run = program.write("spec.json", &spec(8, 3));
    let output = program.run(&[
        "run",
        &run,
        "--out",
        "/dev/full",
        "--server",
        &server.address(),
    ]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("valleyscope runs export "), "{said}");
}
