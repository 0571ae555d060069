//! Constants of ONNX files that are compared, chosen from, written over and turned round, and computed once.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::proto::{Node, Tensor};
use common::{ending, node, numbers, whole};
use valleyscope_exchange::Op;

/// The numbers that are added to the image: what the nodes call `c`.
fn added(mut nodes: Vec<Node>, tensors: Vec<Tensor>) -> Vec<f32> {
    nodes.push(node("Add", &["x", "c"], "a"));
    common::added::constant(&ending(nodes, tensors, "a", 3).read().unwrap())
}

fn refusal(mut nodes: Vec<Node>, tensors: Vec<Tensor>) -> String {
    nodes.push(node("Add", &["x", "c"], "a"));
    ending(nodes, tensors, "a", 3).refusal()
}

/// Whole numbers of two dimensions.
fn places(name: &str, dims: [i64; 2], values: &[i64]) -> Tensor {
    let mut tensor = whole(name, values);
    tensor.dims = dims.to_vec();
    tensor
}

const ROW: [f32; 8] = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0];

#[test]
fn numbers_are_chosen_by_what_is_unequal() {
    let nodes = vec![
        node("Equal", &["row", "zero"], "same"),
        node("Not", &["same"], "other"),
        node("Where", &["other", "far", "row"], "mask"),
        node("Where", &["same", "near", "mask"], "c"),
    ];
    let tensors = vec![
        numbers("row", &[8], &ROW),
        numbers("zero", &[], &[0.0]),
        numbers("far", &[], &[-100.0]),
        numbers("near", &[], &[0.5]),
    ];
    let expected = ROW.map(|number| if number == 0.0 { 0.5 } else { -100.0 });
    assert_eq!(added(nodes, tensors), expected);
}

#[test]
fn rows_and_single_numbers_are_written_over() {
    let nodes = vec![
        node("ScatterND", &["zeros", "rows", "two"], "b"),
        node("ScatterND", &["b", "pixels", "ones"], "c"),
    ];
    let tensors = vec![
        numbers("zeros", &[8, 8], &[0.0; 64]),
        places("rows", [2, 1], &[1, -1]),
        numbers("two", &[2, 8], &[2.0; 16]),
        places("pixels", [2, 2], &[1, 0, 7, -1]),
        numbers("ones", &[2], &[1.0, 3.0]),
    ];
    let mut expected = [[0.0; 8]; 8];
    expected[1] = [2.0; 8];
    expected[7] = [2.0; 8];
    expected[1][0] = 1.0;
    expected[7][7] = 3.0;
    assert_eq!(added(nodes, tensors), expected.concat());
}

#[test]
fn a_constant_is_turned_round() {
    for (start, end, step, expected) in [
        (
            -1,
            i64::MIN,
            -1,
            vec![1.0, 0.0, 2.0, 1.0, 0.0, 2.0, 1.0, 0.0],
        ),
        (99, 0, -1, vec![1.0, 0.0, 2.0, 1.0, 0.0, 2.0, 1.0]),
        (6, -9, -3, vec![0.0, 0.0, 0.0]),
        (2, 1, i64::MIN + 1, vec![2.0]),
    ] {
        let nodes = vec![
            node("Slice", &["row", "start", "end", "axis", "step"], "part"),
            node("ScatterND", &["zeros", "to", "part"], "c"),
        ];
        let to: Vec<i64> = (0..expected.len() as i64).collect();
        let tensors = vec![
            numbers("row", &[8], &ROW),
            numbers("zeros", &[8], &[0.0; 8]),
            whole("start", &[start]),
            whole("end", &[end]),
            whole("axis", &[0]),
            whole("step", &[step]),
            places("to", [to.len() as i64, 1], &to),
        ];
        let mut all = [0.0; 8];
        all[..expected.len()].copy_from_slice(&expected);
        assert_eq!(added(nodes, tensors), all, "{start} {end} {step}");
    }
}

/// Two columns of two rows each become a dimension of their own.
#[test]
fn places_in_rows_and_columns_are_taken_in_their_shape() {
    let read = |indices: Tensor| {
        let nodes = vec![
            node("Gather", &["x", "places"], "g").int("axis", 2),
            node("Reshape", &["g", "to"], "a"),
        ];
        let tensors = vec![indices, whole("to", &[0, 3, -1, 8])];
        ending(nodes, tensors, "a", 3).read().unwrap()
    };
    let program = read(places("places", [2, 2], &[0, 7, -2, 3]));
    let indices = vec![0, 7, 6, 3];
    assert_eq!(program.steps[1].op, Op::Gather { dim: 1, indices });
    assert_eq!(program.steps[1].shape, [3, 4, 8]);
    assert_eq!(program.steps[2].op, Op::Reshape);
    assert_eq!(program.steps[2].shape, [3, 2, 2, 8]);
    // All places in their order are the value itself.
    let program = read(places("places", [2, 4], &[0, 1, 2, 3, 4, 5, 6, 7]));
    let gathers = |op: &Op| matches!(op, Op::Gather { .. });
    assert!(!program.steps.iter().any(|step| gathers(&step.op)));
    let nodes = vec![node("Gather", &["x", "places"], "a").int("axis", 0)];
    let text = ending(nodes, vec![places("places", [1, 1], &[0])], "a", 3).refusal();
    assert!(text.contains("works along the batch"), "{text}");
}

#[test]
fn places_that_are_not_there_are_refused() {
    let scatter = || vec![node("ScatterND", &["zeros", "to", "part"], "c")];
    let tensors = |to: Tensor, many: usize| {
        let part = vec![1.0; many];
        vec![
            numbers("zeros", &[8, 8], &[0.0; 64]),
            to,
            numbers("part", &[many as i64], &part),
        ]
    };
    let text = refusal(scatter(), tensors(places("to", [1, 2], &[0, 8]), 1));
    assert!(text.contains("names dimension 8 of 8"), "{text}");
    let text = refusal(scatter(), tensors(places("to", [1, 2], &[0, 7]), 2));
    assert!(
        text.contains("writes [2] over [8, 8] at places [1, 2]"),
        "{text}"
    );
    let text = refusal(scatter(), tensors(places("to", [1, 3], &[0, 0, 0]), 1));
    assert!(text.contains("at places [1, 3]"), "{text}");
    let summed = vec![node("ScatterND", &["zeros", "to", "part"], "c").text("reduction", "add")];
    let text = refusal(summed, tensors(places("to", [1, 2], &[0, 7]), 1));
    assert!(text.contains("writes over by add"), "{text}");
}

#[test]
fn values_of_the_network_are_neither_compared_nor_chosen() {
    let zero = || vec![numbers("zero", &[], &[0.0])];
    for nodes in [
        vec![node("Equal", &["x", "zero"], "c")],
        vec![node("Where", &["zero", "x", "zero"], "c")],
        vec![node("ScatterND", &["x", "zero", "zero"], "c")],
    ] {
        let text = refusal(nodes, zero());
        assert!(
            text.contains("compares or chooses values of the network"),
            "{text}"
        );
    }
}
