//! Corrupted pictures: registered once, chosen by every run.

use crate::program::Program;
use serde_json::{Value, json};

/// An array of bytes as NumPy writes it.
fn npy(shape: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (head.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], head.as_bytes(), bytes].concat()
}

/// A place where two images at five severities under two corruptions are registered, as fog of severity 1.
fn registered() -> Program {
    let program = Program::new();
    let folder = program.path("CIFAR-10-C");
    std::fs::create_dir(&folder).unwrap();
    for (name, step) in [("fog", 1), ("snow", 3)] {
        let bytes = (0..30_720u32).map(|place| (place * step % 251) as u8);
        let array = npy("(10, 32, 32, 3)", &bytes.collect::<Vec<_>>());
        std::fs::write(format!("{folder}/{name}.npy"), array).unwrap();
    }
    let labels = npy("(10,)", &[3, 1, 3, 1, 3, 1, 3, 1, 3, 1]);
    std::fs::write(format!("{folder}/labels.npy"), labels).unwrap();
    let chosen = ["--corruption", "fog", "--severity", "1"];
    let output = program.run(&[&["data", "add", "cifar10-c", &folder], &chosen[..]].concat());
    assert!(output.status.success(), "{output:?}");
    program
}

fn spec(data: Value) -> Value {
    let mut run = json!({
        "model": "shapes-standard",
        "data": { "set": "cifar10-c", "count": 2, "allow_other_classes": true },
        "attack": { "fgsm": { "epsilon": "2/255" } },
    });
    let own = run["data"].as_object_mut().unwrap();
    own.extend(data.as_object().unwrap().clone());
    run
}

/// The result of a run on this machine.
fn result(program: &Program, data: Value, more: &[&str]) -> Value {
    let file = program.write("spec.json", &spec(data));
    let fixed = ["run", &file, "--out", &program.path("out.json")];
    let output = program.run(&[&fixed[..], more].concat());
    assert!(output.status.success(), "{output:?}");
    program.read("out.json")
}

#[test]
fn a_run_says_which_corruption_and_its_result_says_so_too() {
    let program = registered();
    let registered = result(&program, json!({}), &[]);
    let fog = result(&program, json!({ "corruption": "fog" }), &[]);
    let snow = result(
        &program,
        json!({ "corruption": "snow", "severity": 4 }),
        &[],
    );
    let flags = ["--corruption", "snow", "--severity", "4"];
    let by_flags = result(&program, json!({}), &flags);
    let data = |result: &Value| result["origin"]["data"].as_str().unwrap().to_owned();
    assert_eq!(data(&registered), data(&fog));
    assert_ne!(data(&fog), data(&snow));
    assert_eq!(by_flags["origin"], snow["origin"]);
    assert_eq!(snow["spec"]["data"]["severity"], 4);
    assert_ne!(fog["trajectory"], snow["trajectory"]);
    for (data, words) in [
        (json!({ "corruption": "rain" }), "there are fog, snow"),
        (
            json!({ "severity": 0 }),
            "data.severity: 0 is not from 1 to 5",
        ),
        (
            json!({ "set": "shapes-test", "severity": 1 }),
            "are not corrupted",
        ),
    ] {
        let file = program.write("wrong.json", &spec(data));
        let output = program.run(&["run", &file, "--out", &program.path("wrong-out.json")]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains(words), "{text}");
    }
}

/// Its images are shown, kept and compared as what they were.
#[test]
fn a_server_tells_runs_on_other_corruptions_apart() {
    let program = registered();
    let server = program.serve(&[]);
    let run = |data: Value| {
        let mut spec = spec(data);
        spec["keep_examples"] = json!(0);
        let id = server.create(&spec);
        let run = server.wait(&id);
        assert_eq!(
            (&run["phase"], &run["changed"]),
            (&json!("finished"), &Value::Null),
            "{run}"
        );
        id
    };
    let [fog, snow] = [
        json!({ "corruption": "fog", "severity": 2 }),
        json!({ "corruption": "snow", "severity": 2 }),
    ]
    .map(run);
    // What was not kept comes from the set, as the run chose of it.
    let clean = |id: &str| server.get_bytes(&format!("/api/v1/runs/{id}/images/0/0/clean.png"));
    assert_ne!(clean(&fog), clean(&snow));
    let aligned = server.get(&format!("/api/v1/runs/{fog}/summary?with={snow}"));
    assert!(aligned.contains("no image in common"), "{aligned}");
    let sets: Value = serde_json::from_str(&server.get("/api/v1/data/cifar10-c")).unwrap();
    assert_eq!(
        sets["set"]["corrupted"]["corruptions"],
        json!(["fog", "snow"])
    );
    let wrong = server.order(&spec(json!({ "corruption": "rain" })));
    assert_eq!(wrong["errors"][0]["path"], "data.corruption", "{wrong}");
}
