//! The program as people start it, with the models that come with it.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod apart;
mod batch;
mod catalogue;
mod checkpoints;
mod classes;
mod corrupted;
mod documents;
mod exchanged;
mod exit;
mod full_disk;
mod keep;
mod lost;
#[cfg(unix)]
mod machine;
mod manual;
mod models;
mod pipes;
mod program;
mod remote;
mod renaming;
mod restart;
mod resume;
mod runs;
mod scripts;
mod stopped;
mod through;
mod trace;

use program::{Program, spec};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn a_run_writes_its_result_in_the_golden_layout() {
    let program = Program::new();
    let out = program.path("result.json");
    let output = program.run(&[
        "run",
        &program.write("spec.json", &spec(8, 3)),
        "--out",
        &out,
    ]);
    assert!(output.status.success(), "{output:?}");
    let result: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(result["spec"]["model"], "shapes-standard");
    assert!(
        result["made_by"]
            .as_str()
            .unwrap()
            .contains("LibTorch 2.11")
    );
    assert_eq!(
        (
            result["labels"].as_array().unwrap().len(),
            result["points"].as_array().unwrap().len()
        ),
        (8, 4)
    );
    for measure in valleyscope_shared::measure::ALL {
        let table = result["trajectory"][measure.id()].as_array().unwrap();
        assert!(
            table.len() == 4
                && table.iter().all(|point| point
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|value| !value.is_null())),
            "{}",
            measure.id()
        );
    }
    assert!(String::from_utf8_lossy(&output.stderr).contains("Accuracy, clean"));
    assert_eq!(program.list("."), ["result.json", "spec.json"]);
}

#[test]
fn a_run_can_come_from_standard_input_and_twice_gives_the_same_numbers() {
    let program = Program::new();
    let result = |name: &str| {
        let out = program.path(name);
        let output = program.run_with(&["run", "-", "--out", &out], &spec(4, 2).to_string());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_str::<Value>(&std::fs::read_to_string(&out).unwrap()).unwrap()["trajectory"].clone()
    };
    assert_eq!(result("a.json"), result("b.json"));
}

#[test]
fn wrong_runs_name_the_field_and_compute_nothing() {
    let program = Program::new();
    let out = program.path("result.json");
    for (change, words) in [
        (
            json!({"model": "nope"}),
            "model: there is no model \"nope\"; there are shapes-standard",
        ),
        (
            json!({"attack": {"pgd": {"epsilon": "8/0"}}}),
            "attack.pgd.epsilon",
        ),
        (json!({"attack": {"pgd": {"steps": 0}}}), "0 is less than 1"),
        (json!({"colour": 1}), "colour"),
    ] {
        let mut wrong = spec(4, 2);
        wrong
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let output = program.run(&["run", &program.write("wrong.json", &wrong), "--out", &out]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains(words), "{text}");
    }
    for (arguments, words) in [
        (vec!["run", "nowhere.json", "--out", &out], "nowhere.json"),
        (
            vec![
                "run",
                &program.write("good.json", &spec(4, 2)),
                "--out",
                "nowhere/result.json",
            ],
            "there is no folder nowhere",
        ),
        (vec!["data", "add", "mine", "nowhere.bin"], "nowhere.bin"),
        (adding("resnet", &[]), "nowhere.safetensors"),
        (
            adding("lenet", &["--assume", "heads"]),
            "assume is \"heads\"; NAME=VALUE is right",
        ),
        (
            adding("lenet", &["--input", "32x32"]),
            "input is \"32x32\"; channels, height and width are right",
        ),
        (
            adding("lenet", &["--normalisation", "bright"]),
            "none, cifar10, cifar10-std, imagenet",
        ),
    ] {
        let output = program.run(&arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && text.contains(words) && !text.contains("panicked"),
            "{arguments:?}: {text}"
        );
    }
    assert!(!std::path::Path::new(&out).exists());
}

/// `models add` of a file that is not there.
fn adding<'a>(arch: &'a str, options: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["models", "add", "nowhere.safetensors", "--name", "mine"];
    [&fixed[..], &["--arch", arch], options].concat()
}

#[test]
fn models_and_data_sets_are_listed() {
    let program = Program::new();
    for (arguments, words) in [
        (["models", "list"], "shapes-standard"),
        (["data", "list"], "shapes-test"),
    ] {
        let output = program.run(&arguments);
        assert!(
            output.status.success() && String::from_utf8_lossy(&output.stdout).contains(words),
            "{output:?}"
        );
    }
}

#[test]
fn a_port_in_use_is_said_in_one_sentence() {
    let program = Program::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = program.run(&["serve", "--port", &port]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success()
            && text.contains(&format!("port {port} on 127.0.0.1 is in use"))
            && text.contains("--port"),
        "{text}"
    );
}

#[test]
fn an_open_address_needs_a_token_that_cannot_be_guessed() {
    let program = Program::new();
    let short = program.secret("short", "secret\n");
    let empty = program.secret("empty", "\n");
    for (arguments, words) in [
        (
            vec!["serve", "--host", "0.0.0.0", "--port", "0"],
            "--token-file",
        ),
        (
            vec![
                "serve",
                "--host",
                "0.0.0.0",
                "--port",
                "0",
                "--token-file",
                &short,
            ],
            "at least 16",
        ),
        (
            vec!["serve", "--port", "0", "--token-file", &empty],
            "is empty",
        ),
        (
            vec!["serve", "--port", "0", "--token-file", "nowhere"],
            "nowhere",
        ),
        (
            vec!["serve", "--port", "0", "--public-url", "lab"],
            "https://lab.example",
        ),
        (
            vec!["serve", "--port", "0", "--device", "cuda:99"],
            "cuda:99",
        ),
    ] {
        let output = program.run(&arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && text.contains(words),
            "{arguments:?}: {text}"
        );
    }
}

/// Kills the server in the middle of a run, several times at different moments: what was committed 100 ms before is still there.
#[test]
fn a_killed_server_loses_at_most_a_tenth_of_a_second_and_nothing_is_damaged() {
    let program = Program::new();
    for round in 0..3 {
        let mut server = program.serve(&[]);
        let id = server.create(&spec(256, 40));
        let deadline = Instant::now() + Duration::from_secs(60);
        while server.run(&id)["done"].as_u64().unwrap() < 64 * (3 + 5 * round) {
            assert!(Instant::now() < deadline, "the run does not go on");
            std::thread::sleep(Duration::from_millis(5));
        }
        let seen = server.events(&id);
        std::thread::sleep(Duration::from_millis(100));
        server.kill();
        let server = program.serve(&[]);
        let run = server.run(&id);
        assert_eq!(run["phase"], "interrupted", "{run}");
        let after = server.events(&id);
        assert_eq!(&after[..seen.len()], &seen[..]);
        let seqs: Vec<u64> = after
            .iter()
            .map(|frame| frame["seq"].as_u64().unwrap())
            .collect();
        assert_eq!(seqs, (1..=after.len() as u64).collect::<Vec<_>>());
        // What the log says was computed can be read: readings are committed with their events.
        let export = server.get(&format!("/api/v1/runs/{id}/export.json"));
        let export: Value = serde_json::from_str(&export).unwrap();
        let there = export["trajectory"]["loss"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|point| point.as_array().unwrap())
            .filter(|value| !value.is_null())
            .count();
        assert!(
            there as u64 >= run["done"].as_u64().unwrap(),
            "{there} of {}",
            run["done"]
        );
        drop(server);
        let output = std::process::Command::new("sqlite3")
            .arg(program.path("data/valleyscope.sqlite"))
            .arg("pragma integrity_check")
            .stderr(Stdio::null())
            .output();
        // The shell tool is not on every machine; where it is, it has the last word.
        if let Ok(output) = output {
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "ok");
        }
    }
}

#[test]
fn a_server_that_is_asked_to_stop_says_goodbye_to_its_runs() {
    let program = Program::new();
    let mut server = program.serve(&[]);
    let id = server.create(&spec(256, 40));
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.run(&id)["done"].as_u64() < Some(64) {
        assert!(Instant::now() < deadline, "the run does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let asked = Instant::now();
    assert!(server.terminate().success());
    assert!(
        asked.elapsed() < Duration::from_secs(12),
        "{:?}",
        asked.elapsed()
    );
    let run = program.serve(&[]).run(&id);
    assert_eq!(
        (&run["phase"], &run["reason"]),
        (
            &json!("interrupted"),
            &json!("the server was stopped; what was computed is kept")
        )
    );
}
