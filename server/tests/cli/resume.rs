//! A run that was stopped goes on.

use crate::program::{Program, Server, spec};
use serde_json::Value;
use std::time::{Duration, Instant};

/// What came out of a run, without what differs between two of the same.
fn result(server: &Server, id: &str) -> Value {
    let text = server.get(&format!("/api/v1/runs/{id}/export.json"));
    let mut result: Value = serde_json::from_str(&text).unwrap();
    let head = result.as_object_mut().unwrap();
    for own in ["id", "notes", "seconds", "created", "exported"] {
        head.remove(own);
    }
    result
}

pub fn ended(server: &Server, id: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let run = server.run(id);
        if !["queued", "running"].contains(&run["phase"].as_str().unwrap()) {
            return run;
        }
        assert!(Instant::now() < deadline, "the run does not end: {run}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The server is killed while AutoAttack runs, and again while it goes on; the end is that of a run that was never stopped.
#[test]
fn autoattack_goes_on_after_the_server_was_killed() {
    let program = Program::new();
    let mut spec = spec(96, 10);
    spec["model"] = "shapes-robust".into();
    spec["batch_size"] = 16.into();
    spec["keep_examples"] = 20.into();
    spec["attack"] = serde_json::json!({
        "autoattack": { "epsilon": "8/255", "steps": 10, "queries": 40, "target_classes": 2 }
    });
    let mut server = program.serve(&[]);
    let mut id = server.create(&spec);
    for share in [0.2, 0.6] {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let run = server.run(&id);
            let (done, total) = (&run["done"], &run["total"]);
            if done.as_f64().unwrap() > share * total.as_f64().unwrap().max(1.0) {
                break;
            }
            assert!(run["phase"] != "finished", "too fast to be stopped: {run}");
            assert!(Instant::now() < deadline, "the run does not go on: {run}");
            std::thread::sleep(Duration::from_millis(2));
        }
        server.kill();
        server = program.serve(&[]);
        assert_eq!(server.run(&id)["phase"], "interrupted");
        let next = server.post(&format!("/api/v1/runs/{id}/resume"));
        assert_eq!(next["resumes"], id.as_str(), "{next}");
        id = next["id"].as_str().unwrap().to_owned();
    }
    let run = ended(&server, &id);
    assert_eq!(run["phase"], "finished", "{run}");
    let export = server.get(&format!("/api/v1/runs/{id}/export.json"));
    let export: Value = serde_json::from_str(&export).unwrap();
    let note = export["notes"][0].as_str().unwrap();
    let taken: u64 = note.split(' ').next().unwrap().parse().unwrap();
    assert!(
        (16..96).contains(&taken) && note.contains("of 96"),
        "{note}"
    );
    let whole = server.create(&spec);
    ended(&server, &whole);
    assert_eq!(result(&server, &id), result(&server, &whole));
    for (row, point, file) in [(0, 0, "clean.png"), (17, 3, "adversarial.png")] {
        let picture =
            |id: &str| server.get_bytes(&format!("/api/v1/runs/{id}/images/{row}/{point}/{file}"));
        assert_eq!(picture(&id), picture(&whole), "{file}");
    }
    let refused = server.post(&format!("/api/v1/runs/{id}/resume"));
    assert_eq!(refused["status"], 409, "{refused}");
}

/// The server is killed after a part of the run was written down, and a part of the kept iterates is lost after that.
#[test]
fn iterates_that_are_lost_are_computed_again() {
    let program = Program::new();
    let mut spec = spec(192, 20);
    spec["batch_size"] = 16.into();
    spec["keep_examples"] = 192.into();
    let mut server = program.serve(&[]);
    let id = server.create(&spec);
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.run(&id)["done"].as_f64() < Some(96.0 * 21.0) {
        assert!(Instant::now() < deadline, "the run does not go on");
        std::thread::sleep(Duration::from_millis(2));
    }
    server.kill();
    // Whole records of 16 rows at one point: a batch is cut in its middle, and those behind it are gone.
    let path = program.path(&format!("data/kept/{id}.kept"));
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    let size = file.metadata().unwrap().len();
    file.set_len(size / 2).unwrap();
    let server = program.serve(&[]);
    let next = server.post(&format!("/api/v1/runs/{id}/resume"));
    let next = next["id"].as_str().unwrap().to_owned();
    let run = ended(&server, &next);
    assert_eq!(run["phase"], "finished", "{run}");
    let export = server.get(&format!("/api/v1/runs/{next}/export.json"));
    let export: Value = serde_json::from_str(&export).unwrap();
    let note = export["notes"][0].as_str().unwrap();
    let taken: u64 = note.split(' ').next().unwrap().parse().unwrap();
    assert!((16..96).contains(&taken), "{note}");
    let whole = server.create(&spec);
    ended(&server, &whole);
    assert_eq!(result(&server, &next), result(&server, &whole));
    for row in 0..192 {
        let picture = |id: &str| {
            server.get_bytes(&format!("/api/v1/runs/{id}/images/{row}/7/adversarial.png"))
        };
        assert_eq!(picture(&next), picture(&whole), "row {row}");
    }
}
