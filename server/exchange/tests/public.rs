//! ONNX files that others published are read whole, and their shapes are those that onnxruntime reports.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;
use valleyscope_exchange::{Head, Layout, Op, Program};
use valleyscope_tests::data;

type Shapes = BTreeMap<String, BTreeMap<String, Vec<i64>>>;

fn shapes() -> Shapes {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/onnx.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Reads a file of the public data and compares all shapes that both sides know.
fn read(name: &str) -> Option<Program> {
    let file = format!("onnx/{name}");
    data::with([&file])?;
    let program = Program::read(&data::file(&file)).unwrap();
    let golden = &shapes()[name];
    let mut compared = 0;
    for step in &program.steps {
        if let Some(shape) = golden.get(&step.name) {
            assert_eq!(step.shape, shape[1..], "{}", step.name);
            compared += 1;
        }
    }
    let constants = program
        .steps
        .iter()
        .filter(|step| matches!(step.op, Op::Constant { .. }));
    assert_eq!(compared + constants.count() + 1, program.steps.len());
    Some(program)
}

fn kinds(program: &Program, kind: &str) -> usize {
    let steps = program.steps.iter();
    steps.filter(|step| step.op.name() == kind).count()
}

#[test]
fn a_resnet_for_one_image() {
    let Some(program) = read("cifar10-resnet_3b2-mixup-adv4.onnx") else {
        return;
    };
    assert_eq!((program.input, program.layout), ([3, 32, 32], Layout::Nchw));
    assert_eq!((program.steps.len(), program.tensors.len()), (25, 24));
    assert_eq!(program.head, Head::Linear(24));
    assert_eq!(kinds(&program, "Conv2d"), 10);
    assert!(program.notes.is_empty(), "{:?}", program.notes);
}

#[test]
fn a_transformer_whose_shapes_are_computed() {
    let Some(program) = read("cifar10-vit-ibp_3_3_8.onnx") else {
        return;
    };
    assert_eq!(program.head, Head::Linear(program.output));
    assert_eq!(kinds(&program, "BatchNorm"), 7);
    // Every product with a matrix and its bias are one layer.
    assert_eq!(kinds(&program, "Linear"), 19);
    assert_eq!(kinds(&program, "MatMul"), 6);
    assert_eq!(kinds(&program, "Constant"), 2);
}

#[test]
fn a_mobilenet_of_tensorflow_takes_channels_first() {
    let Some(program) = read("cifar100-mobilenet-nostaljic.onnx") else {
        return;
    };
    assert_eq!(
        (program.input, program.layout),
        ([3, 128, 128], Layout::Nhwc)
    );
    assert_eq!(kinds(&program, "Permute"), 0);
    assert_eq!(kinds(&program, "HardSwish"), 18);
    assert_eq!(program.steps[program.output].shape, [100]);
}
