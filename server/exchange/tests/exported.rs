//! Small networks as `torch.export.save` writes them, made by `golden/made.py`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use valleyscope_exchange::{Head, Program};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn read(name: &str) -> Program {
    let path = folder().join(format!("{name}.pt2"));
    Program::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn kinds(program: &Program) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for step in &program.steps {
        *kinds.entry(step.op.name()).or_insert(0) += 1;
    }
    kinds
}

/// Those of batches of one without the batch, wherever it is.
#[test]
fn shapes_are_pytorchs() {
    let text = std::fs::read(folder().join("exported.json")).unwrap();
    let golden: BTreeMap<String, BTreeMap<String, Vec<i64>>> =
        serde_json::from_slice(&text).unwrap();
    for (network, shapes) in &golden {
        for kind in ["dynamic", "fixed"] {
            let program = read(&format!("{network}-{kind}"));
            let mut compared = 0;
            for step in &program.steps {
                let Some(shape) = shapes.get(&step.name) else {
                    continue;
                };
                let fits = (0..shape.len()).any(|at| {
                    let (before, after) = shape.split_at(at);
                    after[0] == 1 && step.shape == [before, &after[1..]].concat()
                });
                // In a file for one image the batch may be lost.
                assert!(
                    fits || step.shape == *shape || merged(&step.shape, shape),
                    "{network}-{kind}, {}: {:?}, not {shape:?}",
                    step.name,
                    step.shape
                );
                compared += 1;
            }
            assert!(compared * 10 >= program.steps.len() * 8, "{compared}");
        }
    }
}

/// The batch may be part of a size: `[12 N, 64]` of one image is `[12, 64]`.
fn merged(own: &[i64], shape: &[i64]) -> bool {
    own.iter().product::<i64>() == shape.iter().product::<i64>() && own.len() <= shape.len() + 1
}

#[test]
fn a_network_is_the_same_for_one_image_and_for_many() {
    for network in ["residual", "transformer"] {
        let (one, many) = (
            read(&format!("{network}-fixed")),
            read(&format!("{network}-dynamic")),
        );
        assert_eq!(kinds(&one), kinds(&many));
        assert_eq!(one.tensors, many.tensors);
        assert_eq!(one.steps[one.output].shape, [5]);
        assert!(matches!(one.head, Head::Linear(_)));
    }
}

#[test]
fn a_decomposed_network_has_the_same_tensors() {
    let (residual, whole) = (read("residual-decomposed"), read("residual-dynamic"));
    let names = |program: &Program| program.tensors.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&residual), names(&whole));
    let transformer = kinds(&read("transformer-decomposed"));
    assert_eq!(transformer["Softmax"], 1);
    assert_eq!(transformer["LayerNorm"], 3);
}

#[test]
fn steps_are_named_by_their_modules() {
    let program = read("residual-dynamic");
    let names: Vec<&str> = program
        .steps
        .iter()
        .map(|step| step.name.as_str())
        .collect();
    for name in ["conv1", "bn1", "conv2", "gate", "fc"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(program.tensors.contains_key("bn1.running_mean"));
    assert_eq!(program.notes, ["the file scales its input itself"]);
}
