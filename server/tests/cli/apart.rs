//! The process of a program that stands still, stops, ends, asks for too much or lies: its run fails, and says why.

use crate::program::Program;
use crate::scripts::add;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use valleyscope::apart::Apart;
use valleyscope_engine::device;
use valleyscope_engine::run::EngineRunner;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::{Cancel, Output, Runner};
use valleyscope_shared::spec::RunSpec;

/// A run of a program whose process may be silent for three seconds; `shell` is what is started in place of the program itself.
fn run(
    program: &Program,
    model: &str,
    shell: Option<&str>,
    cancel: &Cancel,
) -> Result<Vec<Output>, Problem> {
    let started = match shell {
        None => PathBuf::from(env!("CARGO_BIN_EXE_valleyscope")),
        Some(line) => {
            let file = PathBuf::from(program.path("fake.sh"));
            std::fs::write(&file, format!("#!/bin/sh\n{line}\n")).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700)).unwrap();
            file
        }
    };
    let mut apart = Apart {
        engine: EngineRunner {
            data_dir: program.path("data").into(),
            device: device::parse("cpu", device::best()).unwrap(),
        },
        program: Some(started),
        patience: Duration::from_secs(3),
    };
    let spec = json!({
        "model": model,
        "data": { "set": "shapes-test", "count": 4, "allow_other_classes": true },
        "attack": { "pgd": { "epsilon": "8/255", "step_size": "1/255", "steps": 20 } },
    });
    let spec = RunSpec::from_json(&spec.to_string()).unwrap();
    let mut outputs = Vec::new();
    apart.run(&spec, cancel, &mut |output| outputs.push(output))?;
    Ok(outputs)
}

fn with(names: &[&str]) -> Program {
    let program = Program::new();
    for name in names {
        let told = [
            "--input",
            "3x32x32",
            "--run-program",
            "--normalisation",
            "none",
        ];
        let (added, words) = add(&program, name, &told);
        assert!(added, "{words}");
    }
    program
}

fn problem(program: &Program, model: &str, shell: Option<&str>) -> String {
    let found = run(program, model, shell, &Cancel::default());
    found.unwrap_err().detail
}

#[test]
fn a_program_that_stands_still_stops_or_asks_for_too_much_fails_its_run_alone() {
    let program = with(&["hangs", "raises", "greedy", "small"]);
    let started = Instant::now();
    let why = problem(&program, "hangs", None);
    assert!(why.contains("gave no sign for 3 s"), "{why}");
    assert!(started.elapsed() < Duration::from_secs(60));
    let why = problem(&program, "raises", None);
    assert!(
        why.contains("stopped: ") && why.contains("enough of it"),
        "{why}"
    );
    let why = problem(&program, "greedy", None);
    assert!(why.contains("stopped: "), "{why}");
    let outputs = run(&program, "small", None, &Cancel::default()).unwrap();
    let blocks = outputs
        .iter()
        .filter(|output| matches!(output, Output::Block(_)));
    assert_eq!(blocks.count(), 21);
}

#[test]
fn a_run_that_is_cancelled_ends_even_where_its_program_stands_still() {
    let program = with(&["hangs", "small"]);
    for model in ["small", "hangs"] {
        let (cancel, started) = (Cancel::default(), Instant::now());
        cancel.cancel();
        run(&program, model, None, &cancel).unwrap();
        assert!(started.elapsed() < Duration::from_secs(60), "{model}");
    }
}

/// The socket is the standard input of what is started.
#[test]
fn a_process_that_ends_or_says_what_no_run_says_is_a_clear_error() {
    let program = with(&["small"]);
    let frame = |text: &str| {
        let head = format!(
            "\\{:03o}\\{:03o}\\000\\000",
            text.len() % 256,
            text.len() / 256
        );
        format!("printf '{head}\\000\\000\\000\\000\\000\\000\\000\\000%s' '{text}' >&0; sleep 30")
    };
    for (line, words) in [
        (
            "exit 3".to_owned(),
            "ended before the work was done (exit status: 3)",
        ),
        ("kill -9 $$".to_owned(), "signal: 9"),
        (
            "printf half >&0".to_owned(),
            "ended before the work was done",
        ),
        (
            "printf '%4096s' x >&0; sleep 30".to_owned(),
            "a message of more than 256 MB",
        ),
        (frame("nonsense"), "cannot be understood"),
        (
            frame(r#"{"block":{"pass":9,"point":0,"first_row":0}}"#),
            "belongs to no such run",
        ),
        (
            frame(r#"{"event":{"type":"ended","outcome":"finished","reason":null,"seconds":0.0}}"#),
            "belongs to no such run",
        ),
        (
            frame(r#"{"compared":{"done":1,"total":1}}"#),
            "belongs to no such run",
        ),
        ("sleep 30".to_owned(), "gave no sign for 3 s"),
    ] {
        let started = Instant::now();
        let why = problem(&program, "small", Some(&line));
        assert!(why.contains(words), "{line}: {why}");
        assert!(started.elapsed() < Duration::from_secs(20), "{line}");
    }
}

/// Processes of this folder that run a program.
#[cfg(target_os = "linux")]
fn children(program: &Program) -> usize {
    let place = program.path("data");
    let all = std::fs::read_dir("/proc").unwrap();
    let lines = all.filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok());
    let own = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    own.filter(|line| line.contains("compute-program") && line.contains(&place))
        .count()
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_goes_with_the_one_that_started_it() {
    let program = with(&["hangs"]);
    let spec = json!({
        "model": "hangs",
        "data": { "set": "shapes-test", "count": 4, "allow_other_classes": true },
        "attack": { "pgd": { "epsilon": "8/255", "step_size": "1/255", "steps": 20 } },
    });
    let spec = program.write("spec.json", &spec);
    let out = program.path("out.json");
    let mut command = program
        .command(&["run", &spec, "--out", &out])
        .spawn()
        .unwrap();
    let until = |count: usize| {
        let began = Instant::now();
        while children(&program) != count {
            assert!(began.elapsed() < Duration::from_secs(30), "never {count}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until(1);
    command.kill().unwrap();
    command.wait().unwrap();
    until(0);
}
