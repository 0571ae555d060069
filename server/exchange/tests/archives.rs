//! Archives that tests write themselves: what of them is refused, and in which words.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/archive.rs"]
mod archive;

use archive::{ending, node, read, says, size, tensor};
use serde_json::json;
use valleyscope_exchange::Op;

#[test]
fn a_file_as_it_should_be_is_read() {
    let program = ending(vec![], "x").read().unwrap();
    assert_eq!(program.steps.len(), 3);
    assert_eq!(program.input, [3, 4, 4]);
}

#[test]
fn weights_that_lie_in_another_order_are_put_in_order() {
    let mut made = ending(vec![], "x");
    let numbers: Vec<u8> = (0..15u8).flat_map(|n| f32::from(n).to_le_bytes()).collect();
    made.tensors[0].3 = vec![1, 5];
    made.tensors[0].4 = numbers;
    let program = made.read().unwrap();
    let bytes = program.tensors["fc"].bytes[..12].chunks_exact(4);
    let row: Vec<f32> = bytes
        .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
        .collect();
    assert_eq!(row, [0.0, 5.0, 10.0]);
    made.tensors[0].3 = vec![1, 6];
    says(
        &made.refusal(),
        "the tensor fc of [5, 3] with steps [1, 6] lies outside of its bytes",
    );
}

#[test]
fn an_unknown_operator_is_named_with_its_node() {
    let made = ending(
        vec![node("fft_fft2.default", &[("self", tensor("x"))], "f")],
        "f",
    );
    assert_eq!(
        made.refusal(),
        "aten.fft_fft2.default (node f) is not known"
    );
}

#[test]
fn what_is_done_in_place_is_seen_under_the_old_name() {
    let relu = |output| node("relu_.default", &[("self", tensor("a"))], output);
    let shift = node(
        "add.Tensor",
        &[("self", tensor("x")), ("other", json!({"as_float": 1.0}))],
        "a",
    );
    // The old name is read behind it.
    let program = ending(vec![shift.clone(), relu("r")], "a").read().unwrap();
    assert!(program.steps.iter().any(|step| step.op == Op::Relu));
    // A part of the same memory is read behind it.
    let part = node(
        "slice.Tensor",
        &[
            ("self", tensor("a")),
            ("dim", json!({"as_int": 2})),
            ("end", json!({"as_int": 2})),
        ],
        "p",
    );
    let made = ending(vec![shift, part, relu("r")], "p");
    says(
        &made.refusal(),
        "changes a in place, of which p is or may be a part that is read later",
    );
}

#[test]
fn what_is_done_in_place_is_not_seen_by_copies() {
    let shift = node(
        "add.Tensor",
        &[("self", tensor("x")), ("other", json!({"as_float": 1.0}))],
        "a",
    );
    let relu = node("relu_.default", &[("self", tensor("b"))], "r");
    let copy = |target| node(target, &[("self", tensor("a"))], "b");
    let made = ending(
        vec![shift.clone(), copy("clone.default"), relu.clone()],
        "a",
    );
    let program = made.read().unwrap();
    assert!(!program.steps.iter().any(|step| step.op == Op::Relu));
    // Whether this is a copy depends on how the values lie in memory.
    let made = ending(vec![shift, copy("contiguous.default"), relu], "a");
    says(
        &made.refusal(),
        "of which a is or may be a part that is read later",
    );
}

#[test]
fn networks_in_training_are_refused() {
    let drop = node(
        "dropout.default",
        &[
            ("input", tensor("x")),
            ("p", json!({"as_float": 0.5})),
            ("train", json!({"as_bool": true})),
        ],
        "d",
    );
    says(
        &ending(vec![drop], "d").refusal(),
        "is in training mode; export the network in eval mode",
    );
    let norm = node(
        "batch_norm.default",
        &[
            ("input", tensor("x")),
            ("training", json!({"as_bool": true})),
        ],
        "n",
    );
    says(
        &ending(vec![norm], "n").refusal(),
        "export the network in eval mode",
    );
}

#[test]
fn images_do_not_see_each_other() {
    let roll = node(
        "roll.default",
        &[
            ("self", tensor("x")),
            ("shifts", json!({"as_ints": [1]})),
            ("dims", json!({"as_ints": [0]})),
        ],
        "r",
    );
    says(&ending(vec![roll], "r").refusal(), "works along the batch");
}

#[test]
fn other_files_are_refused() {
    let mut made = ending(vec![], "x");
    made.schema = 9;
    says(&made.refusal(), "the schema 9.17; 8 is read");
    let mut made = ending(vec![], "x");
    made.batch = size(4);
    says(&made.refusal(), "takes 4 images at a time");
    let mut made = ending(vec![], "x");
    made.output = "z";
    says(&made.refusal(), "the output z is given by no node");
    let older = vec![("serialized_exported_program.json".to_owned(), vec![])];
    says(
        &read(&older, false).unwrap_err().to_string(),
        "was saved by an older PyTorch",
    );
    says(
        &read(&[], false).unwrap_err().to_string(),
        "no models/*.json",
    );
    let mut parts = ending(vec![], "x").parts();
    let again = ("a/models/other.json".to_owned(), parts[2].1.clone());
    parts.push(again);
    says(
        &read(&parts, false).unwrap_err().to_string(),
        "has 2 models",
    );
    let mut parts = ending(vec![], "x").parts();
    parts[3].1 = b"big".to_vec();
    says(
        &read(&parts, false).unwrap_err().to_string(),
        "not stored little-endian",
    );
}

#[test]
fn what_grows_when_it_is_unpacked_is_refused() {
    let mut made = ending(vec![], "x");
    made.compressed = true;
    says(&made.refusal(), "is compressed");
    let mut parts = ending(vec![], "x").parts();
    parts[2].1 = vec![b' '; 65 << 20];
    says(
        &read(&parts, true).unwrap_err().to_string(),
        "more than 64 MB in models/model.json",
    );
}

#[test]
fn few_bytes_that_stand_for_many_are_refused() {
    let mut made = ending(vec![], "x");
    made.tensors[0].2 = vec![1 << 20, 1 << 20];
    made.tensors[0].3 = vec![0, 0];
    says(&made.refusal(), "at most 2^31 numbers are read");
    made.tensors[0].2 = vec![1 << 15, 1 << 15];
    says(
        &made.refusal(),
        "the tensor fc stands for numbers [32768, 32768] with 60 bytes",
    );
}
