//! `valleyscope runs`: the same on a data directory and at a server.

use crate::program::{Program, Server, spec};
use serde_json::Value;
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A finished run and a cancelled one.
fn two(server: &Server) -> [String; 2] {
    let finished = server.create(&spec(8, 3));
    assert_eq!(server.wait(&finished)["phase"], "finished");
    let cancelled = server.create(&spec(512, 3000));
    server.post(&format!("/api/v1/runs/{cancelled}/cancel"));
    assert_eq!(server.wait(&cancelled)["phase"], "cancelled");
    [finished, cancelled]
}

#[test]
fn a_data_directory_and_its_server_show_the_same() {
    let program = Program::new();
    let server = program.serve(&[]);
    let [finished, cancelled] = two(&server);
    let address = server.address();
    let both = |arguments: &[&str]| {
        let here = printed(&program.run(arguments));
        let there = printed(&program.run(&[arguments, &["--server", &address]].concat()));
        assert_eq!(here, there, "{arguments:?}");
        here
    };
    let table = both(&["runs"]);
    let lines: Vec<&str> = table.lines().collect();
    // The example that comes with the program is there too where it is built.
    assert!(lines[0].starts_with("id "), "{table}");
    assert!(
        lines[1].starts_with(&cancelled) && lines[1].contains("cancelled"),
        "{table}"
    );
    assert!(
        lines[2].starts_with(&finished) && lines[2].contains("100 %"),
        "{table}"
    );
    let one = both(&[
        "runs",
        "list",
        "--phase",
        "finished",
        "--text",
        "\"count\":8",
        "--json",
    ]);
    let one: Value = serde_json::from_str(&one).unwrap();
    assert_eq!(
        (one.as_array().unwrap().len(), &one[0]["id"]),
        (1, &Value::from(finished.as_str()))
    );
    assert_eq!(both(&["runs", "list", "--limit", "1"]).lines().count(), 2);
    let page = both(&["runs", "show", &finished]);
    assert!(
        page.contains("Accuracy, clean") && page.contains("\"pgd\""),
        "{page}"
    );
    let json: Value = serde_json::from_str(&both(&["runs", "show", &finished, "--json"])).unwrap();
    assert_eq!(json, server.run(&finished));
    for format in ["json", "csv"] {
        let file = both(&[
            "runs", "export", &finished, "--out", "-", "--format", format,
        ]);
        assert_eq!(
            file.trim_end(),
            server
                .get(&format!("/api/v1/runs/{finished}/export.{format}"))
                .trim_end()
        );
    }
    let brief = both(&["runs", "export", &finished, "--out", "-", "--brief"]);
    assert!(
        brief.contains("\"summary\"") && !brief.contains("\"trajectory\""),
        "{brief}"
    );
    for name in ["here.npz", "here.csv", "here.json"] {
        printed(&program.run(&["runs", "export", &finished, "--out", name]));
    }
    let zip = std::fs::read(program.path("here.npz")).unwrap();
    assert_eq!(
        zip,
        server.get_bytes(&format!("/api/v1/runs/{finished}/export.npz"))
    );
    assert_eq!(program.read("here.json")["phase"], "finished");
}

#[test]
fn figures_are_drawn_here_and_at_the_server_as_they_are_asked_for() {
    let program = Program::new();
    let server = program.serve(&[]);
    let id = server.create(&spec(8, 3));
    assert_eq!(server.wait(&id)["phase"], "finished");
    let address = server.address();
    let ask = |more: &[&str]| {
        let ask = ["runs", "figures", &id, "--figure", "accuracy"];
        program.run(&[&ask[..], more].concat())
    };
    let column = [
        "--figure-format",
        "pdf,tex,svg",
        "--width",
        "3.25in",
        "--height",
        "2in",
        "--font",
        "serif",
        "--title",
        "false",
    ];
    printed(&ask(&[&column[..], &["--out", "here"]].concat()));
    let there = ["--out", "there", "--server", &address];
    printed(&ask(&[&column[..], &there[..]].concat()));
    for folder in ["here", "there"] {
        let file = |name: &str| std::fs::read(program.path(&format!("{folder}/{name}"))).unwrap();
        let pdf = String::from_utf8_lossy(&file("accuracy.pdf")).into_owned();
        assert!(
            pdf.contains("[0 0 234 144]") && pdf.contains("/FontFile"),
            "{folder}"
        );
        let tex = String::from_utf8(file("accuracy.tex")).unwrap();
        assert!(
            tex.contains("width=3.25in") && !tex.contains("title="),
            "{tex}"
        );
        let svg = String::from_utf8(file("accuracy.svg")).unwrap();
        assert!(
            svg.contains("width=\"3.25in\"") && svg.contains("CMU Serif"),
            "{svg}"
        );
        let all = std::fs::read_dir(program.path(folder)).unwrap().count();
        assert_eq!(all, 3, "{folder}: only what was asked for");
    }
    for (wrong, told) in [
        (["--figure", "beauty"], "sharpness, loss"),
        (["--width", "wide"], "--width: \"wide\" is no length"),
        (
            ["--font-size", "99"],
            "--font-size: 99 pt is not from 4 to 24",
        ),
        (["--view", "only=label.3"], "a server draws"),
    ] {
        let output = ask(&[&wrong[..], &["--out", "none"]].concat());
        assert_eq!(output.status.code(), Some(1), "{wrong:?}");
        assert!(said(&output).contains(told), "{wrong:?} {}", said(&output));
    }
}

/// Failed before: the example was of an earlier version, and its figure of the predicted classes was empty.
#[test]
fn the_example_says_all_that_a_run_of_today_says() {
    let program = Program::new();
    let server = program.serve(&[]);
    let read = |path: &str| -> Value {
        let text = server.get(&format!("/api/v1/runs/example/{path}"));
        serde_json::from_str(&text).unwrap()
    };
    // Computed now, of its readings.
    let now = read("subset");
    let shipped = &read("snapshot")["state"]["passes"][0];
    assert_eq!(now["summary"], shipped["summary"]);
    let points = |pass: &Value| pass["points"].as_array().map(Vec::len);
    assert_eq!(points(&now), points(shipped));
    // The README says it in words.
    let readme = include_str!("../../../README.md");
    for rate in ["peak_at_flip", "in_valley"] {
        let share = now["summary"]["summary"][rate]["share"].as_f64().unwrap();
        let said = format!("{:.1} %", 100.0 * share);
        assert!(readme.contains(&said), "{rate}: {said}");
    }
}

/// Failed before: with one step every peak is at the flip or one before, and lists said "100 %".
#[test]
fn what_cannot_be_otherwise_is_no_result() {
    let program = Program::new();
    let server = program.serve(&[]);
    let mut wanted = spec(16, 1);
    wanted["attack"] = serde_json::json!({ "fgsm": { "epsilon": "8/255" } });
    let run = server.wait(&server.create(&wanted));
    assert_eq!(run["results"]["peak_at_flip"]["n"], 0, "{run}");
    assert_eq!(run["results"]["clean_accuracy"]["n"], 16);
}

#[test]
fn a_batchs_table_is_the_same_here_and_at_the_server() {
    let program = Program::new();
    let server = program.serve(&[]);
    let batch = server.batch(&serde_json::json!({
        "models": ["shapes-standard"],
        "attacks": [{ "fgsm": {} }, { "pgd": { "steps": 3 } }],
        "data": { "set": "shapes-test", "count": 8 },
    }));
    let id = batch["id"].as_str().unwrap();
    let address = server.address();
    for ending in ["csv", "md", "tex"] {
        let ask = ["runs", "table", id, "--out", "-", "--format", ending];
        let here = printed(&program.run(&ask));
        let there = printed(&program.run(&[&ask[..], &["--server", &address]].concat()));
        assert_eq!(here, there, "{ending}");
        assert!(here.to_lowercase().contains("worst"), "{here}");
        let file = format!("table.{ending}");
        printed(&program.run(&["runs", "table", id, "--out", &file]));
        assert_eq!(std::fs::read_to_string(program.path(&file)).unwrap(), here);
    }
    let missing = program.run(&["runs", "table", "nope", "--out", "-"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        said(&missing).contains("there is no batch \"nope\""),
        "{missing:?}"
    );
}

#[test]
fn only_what_has_ended_and_nobody_uses_is_deleted() {
    let program = Program::new();
    let server = program.serve(&[]);
    let [finished, cancelled] = two(&server);
    let running = server.create(&spec(512, 3000));
    let address = server.address();
    let refused = |arguments: &[&str], words: &str| {
        let output = program.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(
            said(&output).contains(words),
            "{arguments:?}: {}",
            said(&output)
        );
    };
    // Beside a server nothing is deleted, not even what has ended.
    refused(&["runs", "delete", &running], "ask it with --server");
    refused(&["runs", "delete", &finished], "ask it with --server");
    refused(
        &["runs", "delete", &running, "--server", &address],
        "cancel the run, then delete it",
    );
    // Of several, those that can be are deleted.
    refused(
        &[
            "runs", "delete", &running, &cancelled, "nope", "--server", &address,
        ],
        "2 of 3 runs are not deleted",
    );
    refused(
        &["runs", "show", &cancelled, "--server", &address],
        "there is no run",
    );
    refused(
        &["runs", "show", "../health", "--server", &address],
        "is no run's id",
    );
    assert_eq!(server.run(&finished)["phase"], "finished");
    let mut server = server;
    server.kill();
    assert!(program.run(&["runs", "delete", &finished]).status.success());
    refused(&["runs", "show", &finished], "there is no run");
    refused(&["runs", "delete", "nope"], "there is no run \"nope\"");
    let kept = program.list("data/kept");
    assert!(!kept.contains(&format!("{finished}.kept")), "{kept:?}");
}

#[test]
fn where_nothing_ran_nothing_is_listed_and_nothing_is_made() {
    let program = Program::new();
    let output = program.run(&["runs"]);
    assert!(
        printed(&output).is_empty() && said(&output).contains("no such runs"),
        "{output:?}"
    );
    assert_eq!(printed(&program.run(&["runs", "--json"])).trim(), "[]");
    for arguments in [["runs", "show", "x"], ["runs", "delete", "x"]] {
        assert_eq!(program.run(&arguments).status.code(), Some(1));
    }
    // Ids of earlier versions may begin with a dash.
    let output = program.run(&["runs", "show", "-xY", "--json"]);
    assert!(
        said(&output).contains("there is no run \"-xY\""),
        "{output:?}"
    );
    assert!(program.list(".").is_empty());
}

#[test]
fn a_server_that_does_not_let_in_or_is_none_is_named() {
    let program = Program::new();
    let token = program.secret("token", "a secret of many characters\n");
    let wrong = program.secret("wrong", "another secret of many characters\n");
    let server = program.serve(&["--token-file", &token]);
    let address = server.address();
    let ask = |more: &[&str]| program.run(&[&["runs", "--server", &address], more].concat());
    assert!(ask(&["--token-file", &token]).status.success());
    for output in [ask(&[]), ask(&["--token-file", &wrong])] {
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("--token-file"), "{}", said(&output));
    }
    let output = program
        .command(&["runs"])
        .env("VALLEYSCOPE_SERVER", &address)
        .env("VALLEYSCOPE_TOKEN_FILE", &token)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    for (server, words) in [
        ("lab", "is not an address such as https://lab.example"),
        ("ftp://lab", "is not an address"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1: "),
    ] {
        let output = program.run(&["runs", "--server", server]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}

/// A proxy that answers with its own pages, or that points elsewhere: the secret does not follow it.
#[test]
fn an_answer_that_is_not_ours_is_told_as_such() {
    let program = Program::new();
    for (answer, words) in [
        (
            "HTTP/1.1 302 Found\r\nlocation: http://evil.example/\r\ncontent-length: 0\r\n\r\n",
            "points to http://evil.example/",
        ),
        (
            "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<p>no</p>",
            "not from a Valleyscope",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<p>hi</p>",
            "does a Valleyscope of this version answer there?",
        ),
    ] {
        let address = crate::remote::answering(answer);
        let output = program.run(&["runs", "--server", &address]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}
