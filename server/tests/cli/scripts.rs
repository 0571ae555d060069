//! Models that are programs: added with consent alone, computed by a process of their own.

use crate::program::{Program, Server};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

const SCALING: &str = "0.5,0.5,0.5/0.07,0.07,0.07";

pub fn script(name: &str) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/tests/golden/script");
    golden.join(format!("{name}.pt"))
}

/// Adds a program; whether it worked, and all that was said.
pub fn add(program: &Program, name: &str, more: &[&str]) -> (bool, String) {
    let file = script(name);
    let add = ["models", "add", file.to_str().unwrap()];
    let output = program.run(&[&add[..], more].concat());
    let words = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&words).into_owned(),
    )
}

fn run(program: &Program, model: &str, precision: &str) -> Value {
    let spec = json!({
        "model": model,
        "data": { "set": "shapes-test", "count": 24 },
        "attack": { "pgd": { "epsilon": "8/255", "step_size": "1/255", "steps": 10 } },
        "precision": precision,
        "batch_size": 16,
    });
    let spec = program.write("spec.json", &spec);
    let out = format!("{model}-{precision}.json");
    let output = program.run(&["run", &spec, "--out", &program.path(&out)]);
    assert!(output.status.success(), "{output:?}");
    program.read(&out)
}

#[test]
fn a_program_is_added_with_consent_and_attacked_as_the_same_network_is() {
    let program = Program::new();
    let (added, words) = add(&program, "shapes", &["--data", "shapes-test"]);
    assert!(!added, "{words}");
    for road in ["--run-program", "export_model.py", "have to be run"] {
        assert!(words.contains(road), "{words}");
    }
    let told = [
        "--data",
        "shapes-test",
        "--run-program",
        "--images",
        "100",
        "--normalisation",
        SCALING,
    ];
    let (added, words) = add(&program, "shapes", &told);
    assert!(added, "{words}");
    assert!(
        words.contains("TorchScript, a program that runs"),
        "{words}"
    );
    assert!(
        words.contains("executed in a process of its own"),
        "{words}"
    );
    let shown = program.run(&["models", "show", "shapes"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        shown.contains("notice         This model is a program that runs"),
        "{shown}"
    );
    let card = program.read("data/models/shapes/model.json");
    assert_eq!(card["accuracy"]["count"], 100);
    assert!(card["accuracy"]["clean"].as_f64().unwrap() > 0.9, "{card}");
    for (precision, most) in [("f32", 1e-3), ("f64", 1e-9)] {
        let [data, script] =
            ["shapes-standard", "shapes"].map(|model| run(&program, model, precision));
        let flips = |result: &Value| {
            let endings = result["endings"].as_array().unwrap().iter();
            endings
                .map(|ending| ending["first_success"].clone())
                .collect::<Vec<_>>()
        };
        assert!(flips(&data).iter().filter(|flip| flip.is_u64()).count() > 6);
        assert_eq!(flips(&data), flips(&script));
        for measure in ["loss", "kappa_tr", "margin"] {
            let tables = [&data, &script].map(|result| numbers(&result["trajectory"][measure]));
            let [one, other] = tables;
            assert!(
                one.len() == 24 * 11 && one.len() == other.len(),
                "{measure}"
            );
            for (one, other) in one.iter().zip(&other) {
                let apart = (one - other).abs();
                assert!(
                    apart <= most * (1.0 + one.abs()),
                    "{precision} {measure}: {one} {other}"
                );
            }
        }
        assert_eq!(data["labels"], script["labels"]);
    }
}

/// All numbers of a table, row by row.
fn numbers(table: &Value) -> Vec<f64> {
    let rows = table.as_array().unwrap().iter();
    let cells = rows.flat_map(|row| row.as_array().unwrap());
    cells.map(|cell| cell.as_f64().unwrap()).collect()
}

#[test]
fn normalisations_are_compared_on_images() {
    let program = Program::new();
    let told = [
        "--data",
        "shapes-test",
        "--run-program",
        "--images",
        "200",
        "--json",
    ];
    let file = script("shapes");
    let add = ["models", "add", file.to_str().unwrap()];
    let output = program.run(&[&add[..], &told].concat());
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let candidates = found["candidates"].as_array().unwrap();
    assert!(candidates.len() > 3, "{found:#}");
    let first = &candidates[0];
    assert_eq!(
        (&first["family"], &first["classes"]),
        (&json!("torchscript"), &json!(10))
    );
    let hits = |one: &Value| one["accuracy"]["hits"].as_u64().unwrap_or(0);
    assert!(
        hits(first) >= hits(&candidates[1]) && hits(first) > 100,
        "{first:#}"
    );
}

#[test]
fn programs_that_are_no_models_are_refused_with_the_reason() {
    let program = Program::new();
    let told = [
        "--input",
        "3x32x32",
        "--run-program",
        "--normalisation",
        "none",
    ];
    for (name, reason) in [
        ("frozen", "torch.jit.freeze"),
        ("bent", "no parameter that is the matrix"),
        ("twice", "--head NAME"),
        ("cut", "not connected to its input"),
    ] {
        let (added, words) = add(&program, name, &told);
        assert!(!added && words.contains(reason), "{name}: {words}");
    }
    let (added, words) = add(&program, "small", &["--run-program"]);
    assert!(
        !added && words.contains("--data NAME or --input"),
        "{words}"
    );
    let (added, words) = add(&program, "twice", &[&told[..], &["--head", "fc"]].concat());
    assert!(added, "{words}");
    // What it prints is for nobody, and nothing that is listened to.
    let (added, words) = add(&program, "prints", &told);
    assert!(added && !words.contains("null"), "{words}");
    let other =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("exchange/tests/golden/residual-fixed.pt2");
    let output = program.run(&[&["models", "add", other.to_str().unwrap()][..], &told].concat());
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("added without --run-program"), "{words}");
    assert_eq!(program.list("data/models"), ["prints", "twice"]);
}

/// Sends a file as the page does; what becomes of it.
fn send(server: &Server, file: &Path) -> Value {
    let body = std::fs::read(file).unwrap();
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "POST /api/v1/models?file=sent.pt HTTP/1.0\r\nhost: {}\r\ncontent-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
        server.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let addition: Value = serde_json::from_str(body).unwrap();
    let place = format!("/api/v1/additions/{}", addition["id"].as_str().unwrap());
    loop {
        let view: Value = serde_json::from_str(&server.get(&place)).unwrap();
        if !["waiting", "reading", "comparing"].contains(&view["phase"].as_str().unwrap()) {
            return view;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_server_takes_no_program_and_computes_one_that_was_added_beside_it() {
    let program = Program::new();
    let server = program.serve(&[]);
    let sent = send(&server, &script("shapes"));
    assert_eq!(sent["phase"], "failed", "{sent:#}");
    let why = sent["problem"]["detail"].as_str().unwrap();
    assert!(
        why.contains("command line") && why.contains("--run-program"),
        "{why}"
    );
    let told = [
        "--input",
        "3x32x32",
        "--run-program",
        "--normalisation",
        SCALING,
    ];
    for name in ["shapes", "raises"] {
        let (added, words) = add(&program, name, &told);
        assert!(added, "{words}");
    }
    let detail: Value = serde_json::from_str(&server.get("/api/v1/models/shapes")).unwrap();
    let notice = detail["model"]["program"].as_str().unwrap();
    assert!(
        notice.contains("executed in a process of its own"),
        "{notice}"
    );
    assert_eq!(detail["layers"], json!([]));
    let spec = |model: &str| {
        json!({
            "model": model,
            "data": { "set": "shapes-test", "count": 6, "allow_other_classes": true },
            "attack": { "pgd": { "epsilon": "8/255", "step_size": "1/255", "steps": 10 } },
            "keep_examples": 2,
        })
    };
    let raised = server.wait(&server.create(&spec("raises")));
    assert_eq!(raised["phase"], "failed", "{raised:#}");
    let why = raised["summary"].to_string() + &raised.to_string();
    assert!(why.contains("enough of it"), "{why}");
    let id = server.create(&spec("shapes"));
    let run = server.wait(&id);
    assert_eq!(run["phase"], "finished", "{run:#}");
    // Pictures that it did not keep are computed by such a process too.
    let keep = format!("/api/v1/runs/{id}/examples/4/keep");
    let kept = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        server.post(&keep)["kept"] == true
    });
    assert!(kept);
}
