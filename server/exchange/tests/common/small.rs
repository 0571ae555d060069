//! A file to change.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{ending, node, numbers, whole, zeros};
use prost::Message;

/// A small network of many kinds of nodes.
pub fn onnx() -> Vec<u8> {
    let nodes = vec![
        node("Shape", &["x"], "shape"),
        node("Gather", &["shape", "first"], "n"),
        node("Concat", &["n", "rest"], "to").int("axis", 0),
        node("Reshape", &["x", "to"], "r"),
        node("Transpose", &["r"], "t").ints("perm", &[0, 2, 1]),
        node("MatMul", &["t", "w"], "m"),
        node("Softmax", &["m"], "s").int("axis", -1),
        node("Mul", &["s", "half"], "h"),
        node("Unsqueeze", &["h"], "u").ints("axes", &[1]),
        node("Pad", &["u", "pads"], "p"),
        node("Conv", &["p", "k"], "c").ints("pads", &[1, 1, 1, 1]),
        node("MaxPool", &["c"], "q")
            .ints("kernel_shape", &[2, 2])
            .ints("strides", &[2, 2]),
        node("Slice", &["q", "zero", "four", "last"], "l"),
    ];
    let tensors = vec![
        whole("first", &[0]),
        whole("rest", &[3, -1]),
        zeros("w", &[3, 4]),
        numbers("half", &[1], &[0.5]),
        whole("pads", &[0, 0, 1, 0, 0, 0, 0, 1]),
        zeros("k", &[2, 1, 3, 3]),
        whole("zero", &[0]),
        whole("four", &[2]),
        whole("last", &[-1]),
    ];
    let made = ending(nodes, tensors, "l", 2).opset(12);
    made.read().unwrap();
    made.encode_to_vec()
}
