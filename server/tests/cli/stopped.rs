//! Signals stop a computation gracefully.

use crate::lost::long;
use crate::program::{Program, Working, signal};
use serde_json::json;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Duration;

fn start(program: &Program, out: &str) -> Working {
    let run = program.write("spec.json", &long());
    program.start(&["run", &run, "--out", out], "so far")
}

#[test]
fn every_signal_that_asks_to_stop_saves_what_is_there() {
    let program = Program::new();
    let signals = ["INT", "TERM", "HUP", "USR1", "USR2", "XCPU"];
    let working: Vec<_> = signals
        .iter()
        .map(|name| (name, start(&program, &format!("{name}.json"))))
        .collect();
    for (name, work) in working {
        work.signal(name);
        let (status, text) = work.end();
        assert_eq!(status.code(), Some(3), "{name}: {status:?}: {text}");
        let result = program.read(&format!("{name}.json"));
        assert_eq!(result["phase"], "cancelled", "{name}");
        assert!(result["trajectory"]["loss"][1][0].is_number(), "{name}");
        assert!(text.contains("Accuracy, clean"), "{name}: {text}");
    }
}

/// A warning and the real end, or one request that arrives twice, are no second request.
#[test]
fn only_a_second_request_ends_at_once() {
    let program = Program::new();
    let warned = start(&program, "warned.json");
    for name in ["XCPU", "XCPU", "USR1", "TERM", "TERM"] {
        warned.signal(name);
    }
    let (status, text) = warned.end();
    assert_eq!(status.code(), Some(3), "{text}");
    assert_eq!(program.read("warned.json")["phase"], "cancelled");

    // One step of 512 images in one batch takes longer than the pause between two requests.
    let mut slow = long();
    slow["batch_size"] = 512.into();
    slow["model"] = "shapes-robust".into();
    slow["attack"] = json!({ "spsa": { "samples": 4096 } });
    let run = program.write("slow.json", &slow);
    let mut command = program.command(&["run", &run, "--out", "slow.out"]);
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    wait_until_caught(child.id());
    std::thread::sleep(Duration::from_secs(3));
    signal(child.id(), "TERM");
    std::thread::sleep(Duration::from_millis(700));
    signal(child.id(), "TERM");
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(15), "{status:?}");
}

/// `timeout` signals the process, then its group.
#[test]
fn a_run_under_a_time_limit_keeps_what_it_computed() {
    let program = Program::new();
    let run = program.write("spec.json", &long());
    let status = program
        .under(&["timeout", "8"], &["run", &run, "--out", "result.json"])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(124));
    assert_eq!(program.read("result.json")["phase"], "cancelled");
}

#[test]
fn a_run_that_was_started_with_nohup_survives_the_terminal() {
    let program = Program::new();
    let run = program.write("spec.json", &long());
    let mut command = program.under(&["nohup"], &["run", &run, "--out", "result.json"]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut work = Working::new(command.spawn().unwrap(), "so far");
    work.signal("HUP");
    std::thread::sleep(Duration::from_secs(1));
    assert!(work.child.try_wait().unwrap().is_none());
    work.signal("TERM");
    let (status, text) = work.end();
    assert_eq!(status.code(), Some(3), "{text}");
    assert_eq!(program.read("result.json")["phase"], "cancelled");
}

#[test]
fn a_batch_keeps_what_the_run_of_the_moment_has_and_goes_on_from_there() {
    let program = Program::new();
    let batch = |steps: u64| {
        json!({
            "models": ["shapes-standard"],
            "attacks": [{ "fgsm": {} }, { "pgd": { "steps": steps } }, { "deepfool": {} }],
            "data": { "set": "shapes-test", "count": 512 },
        })
    };
    let spec = program.write("batch.json", &batch(3000));
    let work = program.start(&["batch", &spec, "--out", "results"], "2/3");
    wait_until_caught(work.child.id());
    std::thread::sleep(Duration::from_secs(4));
    work.signal("TERM");
    let (status, text) = work.end();
    assert_eq!(status.code(), Some(3), "{text}");
    let files = program.list("results");
    assert_eq!(files.len(), 2, "{files:?}");
    let phase = |file: &str| program.read(&format!("results/{file}"))["phase"].clone();
    assert_eq!(
        (phase(&files[0]), phase(&files[1])),
        (json!("finished"), json!("cancelled"))
    );
    assert!(
        text.contains("the same command goes on from here"),
        "{text}"
    );
}

#[test]
fn a_training_keeps_the_weights_of_the_moment_but_not_over_a_model() {
    let program = Program::new();
    let mut spec: serde_json::Value = serde_json::from_str(include_str!(
        "../../../static/models/shapes-standard/train.json"
    ))
    .unwrap();
    spec["epochs"] = 1000.into();
    let spec = program.write("train.json", &spec);
    for (folder, words) in [
        ("model", "the weights of that moment are in model"),
        ("model-kept", "has a model already"),
    ] {
        let work = program.start(&["train", &spec, "--out", "model"], "so far");
        work.signal("TERM");
        let (status, text) = work.end();
        assert_eq!(status.code(), Some(3), "{text}");
        assert!(
            text.contains("stopped after epoch") && text.contains(words),
            "{text}"
        );
        assert_eq!(
            program.list(folder),
            ["model.json", "model.safetensors", "train.json"]
        );
        let card = program.read(&format!("{folder}/model.json"));
        assert!(
            card["training"]["stopped"]
                .as_str()
                .unwrap()
                .starts_with("after epoch"),
            "{card}"
        );
        assert!(
            card.get("accuracy").is_none_or(serde_json::Value::is_null),
            "{card}"
        );
    }
}

/// Before there is anything to keep, nothing is written, and the message says so.
#[test]
fn a_run_that_is_stopped_before_it_computes_leaves_no_file() {
    let program = Program::new();
    let mut spec = long();
    // Looking for an image that the model gets right, of which there is none, takes its time.
    spec["data"] = json!({ "set": "shapes-train", "only_correct": true, "class": 0 });
    spec["data"]["count"] = 100_000.into();
    spec["batch_size"] = 1.into();
    let run = program.write("spec.json", &spec);
    let mut child = program
        .command(&["run", &run, "--out", "result.json"])
        .spawn()
        .unwrap();
    wait_until_caught(child.id());
    signal(child.id(), "TERM");
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(3), "{status:?}");
    assert_eq!(program.list("."), ["spec.json"]);
}

/// Waits until a process has set itself to be asked by SIGTERM.
fn wait_until_caught(process: u32) {
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while std::time::Instant::now() < deadline {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        if mask.is_some_and(|mask| mask >> 14 & 1 == 1) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it does not listen to signals");
}
