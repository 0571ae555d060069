//! Pictures of examples that a run did not keep, with the real engine.

use crate::program::{Program, Server, spec};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Asks until there is nothing more to wait for.
fn keep(server: &Server, id: &str, row: usize) -> Value {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = server.post(&format!("/api/v1/runs/{id}/examples/{row}/keep"));
        if answer["kept"] != json!(false) {
            return answer;
        }
        assert!(Instant::now() < deadline, "it is never kept");
    }
}

fn detail(server: &Server, id: &str, row: usize) -> Value {
    let text = server.get(&format!("/api/v1/runs/{id}/examples/{row}"));
    serde_json::from_str(&text).unwrap()
}

/// What was kept with the run, of one that keeps all; each row with its bytes of every point.
fn pictures(server: &Server, id: &str, row: usize, points: usize) -> Vec<Vec<u8>> {
    let of = |point| format!("/api/v1/runs/{id}/images/{row}/{point}/adversarial.png");
    (0..points)
        .map(|point| server.get_bytes(&of(point)))
        .collect()
}

/// Attacks that draw random numbers, or lead to random classes, draw the run's own: the pictures are those that the run would have kept.
#[test]
fn what_is_computed_later_is_what_the_run_would_have_kept() {
    let program = Program::new();
    let server = program.serve(&[]);
    for attack in [
        json!({ "pgd": { "epsilon": "8/255", "step_size": "2/255", "steps": 8, "random_start": true, "target": "random" } }),
        json!({ "square": { "epsilon": "8/255", "steps": 30 } }),
        json!({ "apgd": { "epsilon": "8/255", "steps": 10 } }),
        json!({ "vni_fgsm": { "epsilon": "8/255", "steps": 4 } }),
    ] {
        let mut spec = spec(24, 8);
        spec["attack"] = attack;
        spec["precision"] = json!("f64");
        spec["data"]["only_correct"] = json!(true);
        spec["seed"] = json!(7);
        let all = server.create(&spec);
        spec["keep_examples"] = json!(0);
        let none = server.create(&spec);
        assert_eq!(server.wait(&all)["phase"], "finished");
        assert_eq!(server.wait(&none)["phase"], "finished");
        for row in [0, 11, 23] {
            let answer = keep(&server, &none, row);
            assert_eq!(answer["kept"], true, "{row} of {spec}: {answer}");
            let points = answer["points"].as_u64().unwrap() as usize;
            assert_eq!(
                pictures(&server, &none, row, points),
                pictures(&server, &all, row, points),
                "{row} of {spec}"
            );
            let (later, then) = (detail(&server, &none, row), detail(&server, &all, row));
            let shares = |detail: &Value| -> Vec<f64> {
                let points = detail["probabilities"].as_array().unwrap().iter();
                let shares = points.flat_map(|point| point.as_array().unwrap());
                shares.map(|share| share.as_f64().unwrap()).collect()
            };
            let pairs = shares(&later).into_iter().zip(shares(&then));
            let apart = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            // Sums in another order, in double precision.
            assert!(apart < 1e-9, "{row} of {spec}: {apart}");
        }
    }
}

/// In single precision the last bits of a gradient depend on the size of its batch, and the run's path is found all the same.
#[test]
fn single_precision_finds_the_path_again() {
    let program = Program::new();
    let server = program.serve(&[]);
    for attack in [
        json!({ "pgd": { "epsilon": "8/255", "step_size": "0.5/255", "steps": 60, "random_start": true } }),
        // Its iterates end where two classes tie.
        json!({ "deepfool": {} }),
    ] {
        let mut spec = spec(64, 60);
        spec["model"] = json!("shapes-robust");
        spec["attack"] = attack;
        spec["keep_examples"] = json!(0);
        let id = server.create(&spec);
        assert_eq!(server.wait(&id)["phase"], "finished");
        for row in (0..64).step_by(3) {
            let answer = keep(&server, &id, row);
            assert_eq!(answer["kept"], true, "{row}: {answer}");
        }
    }
}
