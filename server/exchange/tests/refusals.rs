//! What is refused, and in which words.

mod common;

use common::{ending, model, node, numbers, whole, zeros};

/// Asserts that a text says something.
fn says(text: &str, part: &str) {
    assert!(text.contains(part), "{text}");
}

fn with(
    nodes: Vec<common::proto::Node>,
    tensors: Vec<common::proto::Tensor>,
    last: &str,
) -> String {
    ending(nodes, tensors, last, 3).refusal()
}

#[test]
fn an_unknown_operator_is_named_with_its_node() {
    let text = with(vec![node("Einsum", &["x"], "e")], vec![], "e");
    assert_eq!(text, "Einsum (node /e) is not known");
    let mut foreign = node("Gelu", &["x"], "e");
    foreign.domain = "com.microsoft".to_owned();
    says(
        &with(vec![foreign], vec![], "e"),
        "com.microsoft.Gelu (node /e)",
    );
}

#[test]
fn a_quantised_network_is_refused() {
    let text = with(vec![node("QLinearConv", &["x"], "e")], vec![], "e");
    says(&text, "QLinearConv (node /e) is of a quantised network");
}

#[test]
fn nodes_in_a_circle_or_out_of_order_are_refused() {
    let circle = vec![node("Add", &["x", "b"], "a"), node("Relu", &["a"], "b")];
    says(
        &with(circle, vec![], "b"),
        "Add (node /a) takes b before it is given",
    );
    says(
        &with(vec![node("Relu", &["z"], "a")], vec![], "a"),
        "takes z, which is not there",
    );
    let twice = vec![node("Relu", &["x"], "a"), node("Relu", &["x"], "a")];
    says(&with(twice, vec![], "a"), "gives a, which is there already");
}

#[test]
fn outputs_must_be_logits() {
    let made = || ending(vec![], vec![], "x", 3);
    says(
        &made().outputs(&["z"]).refusal(),
        "the output z is given by no node",
    );
    says(&made().outputs(&[]).refusal(), "the file has no output");
    says(
        &made().outputs(&["pooled"]).refusal(),
        "no output is [N, classes]: pooled [N, 3, 1, 1]",
    );
    says(
        &made().outputs(&["flat", "y"]).refusal(),
        "several outputs are [N, classes], and it is not known which are the logits: flat [N, 3], y [N, 5]",
    );
    let mean = node("ReduceMean", &["x"], "y")
        .ints("axes", &[2, 3])
        .int("keepdims", 0);
    says(
        &model(vec![mean], vec![]).refusal(),
        "the logits come from MeanOver (node /y), not from a linear layer",
    );
    let constant = node("ConstantOfShape", &["to"], "y");
    says(
        &model(vec![constant], vec![whole("to", &[1, 5])]).refusal(),
        "no output is [N, classes]: y, which depends on no image",
    );
}

#[test]
fn images_do_not_see_each_other() {
    let reduce = node("ReduceMean", &["x"], "a").ints("axes", &[0]);
    says(
        &with(vec![reduce], vec![], "a"),
        "ReduceMean (node /a) works along the batch, which would let images see each other",
    );
    let moved = vec![
        node("Transpose", &["x"], "t").ints("perm", &[1, 0, 2, 3]),
        node("Reshape", &["t", "to"], "a"),
    ];
    says(
        &with(moved, vec![whole("to", &[-1, 192])], "a"),
        "Reshape (node /a) makes [3, N, 8, 8] [-1, 192], which moves numbers between images",
    );
    let softmax = node("Softmax", &["x"], "a").int("axis", 0);
    says(&with(vec![softmax], vec![], "a"), "works along the batch");
    let gram = vec![
        node("Flatten", &["x"], "f"),
        node("Transpose", &["f"], "t").ints("perm", &[1, 0]),
        node("MatMul", &["f", "t"], "a"),
    ];
    says(
        &with(gram, vec![], "a"),
        "MatMul (node /a) multiplies [N, 192] and [192, N]",
    );
    let sum = vec![
        node("Transpose", &["x"], "t").ints("perm", &[1, 0, 2, 3]),
        node("Add", &["x", "t"], "a"),
    ];
    says(&with(sum, vec![], "a"), "do not fit or mix images");
}

#[test]
fn networks_in_training_are_refused() {
    let norm = node("BatchNormalization", &["x", "s", "s", "s", "s"], "a").int("training_mode", 1);
    says(
        &with(vec![norm], vec![zeros("s", &[3])], "a"),
        "BatchNormalization (node /a) is in training mode; export the network in eval mode",
    );
    let mut truth = whole("train", &[1]);
    truth.kind = 9;
    truth.int64s.clear();
    truth.int32s = vec![1];
    let drop = node("Dropout", &["x", "", "train"], "a");
    says(&with(vec![drop], vec![truth], "a"), "is in training mode");
}

#[test]
fn other_versions_and_inputs_are_refused() {
    let made = || ending(vec![], vec![], "x", 3);
    says(&made().opset(8).refusal(), "opset 8; 9 to 20 are read");
    says(&made().opset(21).refusal(), "opset 21");
    says(
        &made().input(&[4, 3, 8, 8]).refusal(),
        "takes 4 images at a time",
    );
    says(
        &made().input(&[0, 3, 0, 8]).refusal(),
        "leaves a size of the image open",
    );
    says(
        &made().input(&[0, 784]).refusal(),
        "takes [784] for each image",
    );
    let mut two = made();
    if let Some(graph) = &mut two.graph {
        graph.inputs.push(common::info("z", &[0, 3, 8, 8]));
    }
    says(&two.refusal(), "takes 2 inputs (x, z)");
    says(&common::proto::Model::default().refusal(), "has no network");
}

#[test]
fn weights_elsewhere_or_of_other_sizes_are_refused() {
    let conv = || vec![node("Conv", &["x", "w"], "a")];
    let mut elsewhere = zeros("w", &[3, 3, 1, 1]);
    elsewhere.location = 1;
    says(
        &with(conv(), vec![elsewhere], "a"),
        "the tensor w has its numbers in another file",
    );
    let mut short = zeros("w", &[3, 3, 1, 1]);
    short.dims = vec![3, 3, 2, 2];
    says(
        &with(conv(), vec![short], "a"),
        "has 36 bytes for [3, 3, 2, 2]",
    );
    let mut huge = zeros("w", &[1]);
    huge.dims = vec![1 << 40, 1 << 40];
    says(
        &with(conv(), vec![huge], "a"),
        "at most 2^31 numbers are read",
    );
    let mut deep = zeros("w", &[1]);
    deep.dims = vec![1; 40];
    says(&with(conv(), vec![deep], "a"), "has 40 dimensions");
    says(
        &with(conv(), vec![zeros("w", &[3, 4, 1, 1])], "a"),
        "Conv (node /a) convolves 3 channels by [3, 4, 1, 1]",
    );
}

#[test]
fn few_bytes_do_not_become_many() {
    let fill = vec![
        node("ConstantOfShape", &["to"], "c"),
        node("Add", &["x", "c"], "a"),
    ];
    says(
        &with(fill, vec![whole("to", &[1, 3, 1 << 20, 1 << 20])], "a"),
        "at most 2^31 numbers are read",
    );
    let fill = vec![
        node("ConstantOfShape", &["to"], "c"),
        node("Add", &["x", "c"], "a"),
    ];
    says(
        &with(fill, vec![whole("to", &[1, 1 << 30])], "a"),
        "computes more constants than a file of this size may",
    );
    let wide = node("Conv", &["x", "w"], "a").ints("pads", &[1 << 40, 0, 0, 0]);
    says(
        &with(vec![wide], vec![zeros("w", &[3, 3, 1, 1])], "a"),
        "puts windows",
    );
    let nodes = (0..100_001)
        .map(|_| common::proto::Node::default())
        .collect();
    says(
        &model(nodes, vec![]).refusal(),
        "100001 nodes; at most 100000 are read",
    );
}

#[test]
fn constants_that_differ_between_images_are_refused() {
    let text = with(
        vec![node("Add", &["x", "c"], "a")],
        vec![numbers("c", &[2, 1, 1, 1], &[0.0, 1.0])],
        "a",
    );
    says(&text, "which differ between images");
}
