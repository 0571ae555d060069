//! What was computed is never thrown away, and what has nowhere to go is not computed.

use crate::program::{Program, Working, spec};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};
use valleyscope_shared::spec::RunSpec;

/// A run that takes minutes: whoever looks at the places of results only at its end is found out.
pub fn long() -> Value {
    spec(512, 3000)
}

#[test]
fn figures_that_cannot_be_written_do_not_cost_the_result() {
    let program = Program::new();
    fs::create_dir_all(program.path("figures/sharpness.svg")).unwrap();
    let output = program.run(&[
        "run",
        &program.write("spec.json", &spec(16, 3)),
        "--out",
        "result.json",
        "--figures",
        "figures",
    ]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(program.read("result.json")["phase"], "finished", "{text}");
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("figures/sharpness.svg"), "{text}");
}

#[test]
fn every_place_is_looked_at_before_anything_is_computed() {
    let program = Program::new();
    let run = program.write("spec.json", &long());
    let batch = json!({
        "models": ["shapes-standard"],
        "attacks": [{ "pgd": { "steps": 3000 } }],
        "data": { "set": "shapes-test", "count": 512 },
    });
    let batch = program.write("batch.json", &batch);
    let train = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../static/models/shapes-standard/train.json"
    );
    fs::write(program.path("file"), "").unwrap();
    // The file of the batch's run, by what it does.
    let alone = json!({
        "model": "shapes-standard",
        "attack": { "pgd": { "steps": 3000 } },
        "data": { "set": "shapes-test", "count": 512 },
    });
    let alone = RunSpec::from_json(&alone.to_string()).unwrap();
    let digest = valleyscope_engine::origin::of_spec(&alone).unwrap();
    let taken = format!("shapes-standard-pgd-{}.json", &digest[..8]);
    fs::create_dir_all(program.path(&format!("folder/{taken}"))).unwrap();
    let taken = format!("{taken}: this is a folder");
    fs::create_dir(program.path("empty")).unwrap();
    let run = |more: &[&str]| -> Vec<String> {
        let all = ["run", &run].into_iter().chain(more.iter().copied());
        all.map(str::to_owned).collect()
    };
    let other = |command: &str, spec: &str, out: &str| -> Vec<String> {
        [command, spec, "--out", out].map(str::to_owned).into()
    };
    let refused: Vec<(Vec<String>, &str)> = vec![
        (run(&["--out", "folder"]), "--out folder: this is a folder"),
        (run(&["--out", "new/"]), "--out new/: this names a folder"),
        (run(&["--out", ""]), "a value is required for '--out"),
        (
            run(&["--out", "nowhere/r.json"]),
            "there is no folder nowhere",
        ),
        (run(&["--out", "file/r.json"]), "--out file/r.json"),
        (
            run(&["--out", "/proc/r.json"]),
            "--out /proc/r.json: cannot write into the folder",
        ),
        (
            run(&["--out", "r.json", "--figures", "file"]),
            "--figures file: this is no folder",
        ),
        (
            run(&["--out", "r.json", "--figures", "file/x"]),
            "--figures file/x",
        ),
        (
            run(&["--out", "r.json", "--figures", "/proc"]),
            "--figures /proc: cannot write into",
        ),
        (
            other("batch", &batch, "file"),
            "--out file: this is no folder",
        ),
        (other("batch", &batch, "folder"), &taken),
        (
            other("train", train, "file"),
            "--out file: this is no folder",
        ),
        (
            ["example", "--out", "empty"].map(str::to_owned).into(),
            "--out empty: this is a folder",
        ),
    ];
    for (arguments, words) in refused {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let since = Instant::now();
        let output = program.run(&arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
        assert!(text.contains(words), "{arguments:?}: {text}");
        assert!(since.elapsed() < Duration::from_secs(20), "{arguments:?}");
    }
    assert!(!program.list(".").contains(&"r.json".to_owned()));
    assert!(program.list("empty").is_empty());
}

#[test]
fn a_socket_and_a_circle_of_links_are_refused() {
    let program = Program::new();
    let _socket = std::os::unix::net::UnixListener::bind(program.path("socket")).unwrap();
    std::os::unix::fs::symlink("b", program.path("a")).unwrap();
    std::os::unix::fs::symlink("a", program.path("b")).unwrap();
    let run = program.write("spec.json", &long());
    for (out, words) in [("socket", "neither a file nor a pipe"), ("a", "--out a")] {
        let output = program.run(&["run", &run, "--out", out]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(words), "{text}");
    }
}

/// The kept file that a message names.
fn kept(text: &str) -> Value {
    let (_, path) = text
        .split_once("is kept in ")
        .unwrap_or_else(|| panic!("{text}"));
    let path = path.lines().next().unwrap();
    let result = fs::read_to_string(path).unwrap();
    serde_json::from_str(&result).unwrap()
}

/// A run that is computing; stopped by SIGINT it has something to write.
fn computing(program: &Program, out: &str) -> Working {
    let run = program.write("spec.json", &long());
    program.start(&["run", &run, "--out", out], "so far")
}

#[test]
fn a_result_whose_folder_has_vanished_is_kept_beside() {
    let program = Program::new();
    fs::create_dir_all(program.path("job/results")).unwrap();
    let work = computing(&program, "job/results/result.json");
    fs::remove_dir_all(program.path("job/results")).unwrap();
    work.signal("INT");
    let (status, text) = work.end();
    assert_eq!(status.code(), Some(1), "{text}");
    assert_eq!(kept(&text)["phase"], "cancelled");
    assert_eq!(program.list("job"), ["result-kept.json"]);
    assert!(text.contains("Accuracy, clean"), "{text}");
}

#[test]
fn a_result_whose_name_is_taken_by_a_folder_is_kept_under_another() {
    let program = Program::new();
    fs::write(program.path("result-kept.json"), "of an earlier time").unwrap();
    let work = computing(&program, "result.json");
    fs::create_dir(program.path("result.json")).unwrap();
    work.signal("INT");
    let (status, text) = work.end();
    assert_eq!(status.code(), Some(1), "{text}");
    assert_eq!(kept(&text)["phase"], "cancelled");
    assert_eq!(program.read("result-kept-2.json")["phase"], "cancelled");
    let names = program.list(".");
    assert!(
        !names.iter().any(|name| name.ends_with(".part")),
        "{names:?}"
    );
}

/// `/dev/full` takes everything and keeps nothing, as a full disk.
#[test]
fn a_result_that_does_not_fit_is_kept_where_there_is_room() {
    let program = Program::new();
    let run = program.write("spec.json", &spec(16, 3));
    let output = program.run(&["run", &run, "--out", "/dev/full"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(kept(&text)["phase"], "finished");
    assert_eq!(
        program.read("valleyscope-result-kept.json")["phase"],
        "finished"
    );
}

#[test]
fn a_result_for_which_nobody_waits_any_more_is_kept() {
    let program = Program::new();
    let run = program.write("spec.json", &spec(16, 3));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = program.command(&["run", &run, "--out", "-"]);
    let output = command.stdout(writer).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(141), "{text}");
    assert_eq!(kept(&text)["phase"], "finished");
}

#[test]
fn an_earlier_result_stays_until_the_new_one_is_whole() {
    let program = Program::new();
    fs::write(program.path("result.json"), "of an earlier time").unwrap();
    let work = computing(&program, "result.json");
    assert_eq!(
        fs::read_to_string(program.path("result.json")).unwrap(),
        "of an earlier time"
    );
    work.signal("KILL");
    work.end();
    assert_eq!(
        fs::read_to_string(program.path("result.json")).unwrap(),
        "of an earlier time"
    );
}
