//! A model and a data set of other classes, from files that a person could have.

use crate::program::{Program, spec};
use serde_json::json;

/// Three images as CIFAR-10's binary files have them: a label and 3 x 32 x 32 bytes each.
fn cifar10_file() -> Vec<u8> {
    (0..3_u8)
        .flat_map(|label| {
            std::iter::once(label).chain((0..3072).map(move |i| (i % 251) as u8 ^ label))
        })
        .collect()
}

/// CIFAR-10 has as many classes as the made shapes, and images of the same size.
#[test]
fn images_of_other_classes_are_refused_with_both_lists_before_anything_is_computed() {
    let program = Program::new();
    std::fs::write(program.path("three.bin"), cifar10_file()).unwrap();
    let added = program.run(&["data", "add", "three", &program.path("three.bin")]);
    assert!(added.status.success(), "{added:?}");
    let mut run = spec(3, 1);
    run["data"] = json!({ "set": "three", "count": 3 });
    let batch = json!({
        "models": ["shapes-standard", "shapes-robust"],
        "attacks": [{ "pgd": { "steps": 1 } }],
        "data": { "set": "three", "count": 3 }
    });
    let out = program.path("out");
    for (command, document) in [("run", run), ("batch", batch)] {
        let document = program.write(&format!("{command}.json"), &document);
        let output = program.run(&[command, &document, "--out", &out]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{text}");
        for words in [
            "data.set",
            "airplane, automobile",
            "disc, ring",
            "first at class 0",
        ] {
            assert!(text.contains(words), "{command}, {words}: {text}");
        }
        assert!(!std::path::Path::new(&out).exists(), "{command}");
    }
}
