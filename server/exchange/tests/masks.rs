//! Masks of `torch.export.save` files that depend on no image: made part by part, compared and chosen from, and computed once.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/archive.rs"]
mod archive;
#[path = "common/added.rs"]
mod numbers_of;

use archive::{Made, ending, node, says, tensor};
use serde_json::{Value, json};

fn whole(value: i64) -> Value {
    json!({"as_int": value})
}

/// Part of a dimension.
fn slice(of: &str, dim: i64, [start, end]: [i64; 2], output: &str) -> Value {
    let inputs = [
        ("self", tensor(of)),
        ("dim", whole(dim)),
        ("start", whole(start)),
        ("end", whole(end)),
    ];
    node("slice.Tensor", &inputs, output)
}

fn fill(of: &str, value: f64, output: &str) -> Value {
    let inputs = [("self", tensor(of)), ("value", json!({"as_float": value}))];
    node("fill_.Scalar", &inputs, output)
}

fn zeros(sizes: &[i64]) -> Value {
    let inputs = [("self", tensor("x")), ("size", json!({"as_ints": sizes}))];
    node("new_zeros.default", &inputs, "m")
}

/// The image and what the nodes call `last`, and a linear layer behind the mean.
fn added(mut nodes: Vec<Value>, last: &str) -> Made {
    let inputs = [("self", tensor("x")), ("other", tensor(last))];
    nodes.push(node("add.Tensor", &inputs, "a"));
    ending(nodes, "a")
}

/// The numbers that are added to the image.
fn constant(made: &Made) -> Vec<f32> {
    numbers_of::constant(&made.read().unwrap())
}

#[test]
fn a_part_that_is_filled_is_filled_in_the_whole() {
    let nodes = vec![
        zeros(&[4, 4]),
        slice("m", 0, [0, -2], "rows"),
        slice("rows", 1, [-3, i64::MAX], "part"),
        fill("part", 2.0, "filled"),
        slice("m", 0, [-1, i64::MAX], "last"),
        fill("last", 5.0, "filled_1"),
    ];
    let row = [0.0, 2.0, 2.0, 2.0];
    let expected = [row, row, [0.0; 4], [5.0; 4]].concat();
    assert_eq!(constant(&added(nodes, "m")), expected);
}

/// As `run_decompositions` writes it.
#[test]
fn a_part_that_is_scattered_is_in_the_copy() {
    let copy = [("self", tensor("part")), ("src", tensor("one"))];
    let number = [("size", json!({"as_ints": []})), ("fill_value", whole(3))];
    let scatter = [
        ("self", tensor("m")),
        ("src", tensor("copy")),
        ("dim", whole(1)),
        ("start", whole(1)),
        ("end", whole(4)),
        ("step", whole(2)),
    ];
    let part = [
        ("self", tensor("m")),
        ("dim", whole(1)),
        ("start", whole(1)),
        ("end", whole(4)),
        ("step", whole(2)),
    ];
    let nodes = vec![
        zeros(&[2, 4]),
        node("full.default", &number, "one"),
        node("slice.Tensor", &part, "part"),
        node("copy.default", &copy, "copy"),
        node("slice_scatter.default", &scatter, "s"),
        node(
            "cat.default",
            &[
                (
                    "tensors",
                    json!({"as_tensors": [{"name": "s"}, {"name": "m"}]}),
                ),
                ("dim", whole(0)),
            ],
            "c",
        ),
    ];
    let row = [0.0, 3.0, 0.0, 3.0];
    let expected = [row, row, [0.0; 4], [0.0; 4]].concat();
    assert_eq!(constant(&added(nodes, "c")), expected);
}

#[test]
fn a_mask_is_chosen_by_what_is_unequal() {
    let turned = |dim| [("self", tensor("row")), ("dim", whole(dim))];
    let not_zero = [("self", tensor("d")), ("other", whole(0))];
    let masked = |of: &str, by: &str, value: f64| {
        [
            ("self", tensor(of)),
            ("mask", tensor(by)),
            ("value", json!({"as_float": value})),
        ]
    };
    let nodes = vec![
        zeros(&[4]),
        slice("m", 0, [1, 3], "part"),
        fill("part", 1.0, "filled"),
        node("clone.default", &[("self", tensor("m"))], "row"),
        node("unsqueeze.default", &turned(0), "across"),
        node("unsqueeze.default", &turned(1), "down"),
        node(
            "sub.Tensor",
            &[("self", tensor("across")), ("other", tensor("down"))],
            "d",
        ),
        node("ne.Scalar", &not_zero, "other"),
        node("masked_fill.Scalar", &masked("d", "other", -100.0), "far"),
        node("eq.Scalar", &not_zero, "same"),
        node("masked_fill.Scalar", &masked("far", "same", 0.5), "mask"),
    ];
    let (outer, inner) = ([0.5, -100.0, -100.0, 0.5], [-100.0, 0.5, 0.5, -100.0]);
    let expected = [outer, inner, inner, outer].concat();
    assert_eq!(constant(&added(nodes, "mask")), expected);
}

#[test]
fn another_part_of_the_same_memory_that_is_read_later_is_refused() {
    let nodes = vec![
        zeros(&[4, 4]),
        slice("m", 0, [0, 2], "part"),
        slice("m", 0, [1, 3], "other"),
        fill("part", 1.0, "filled"),
        fill("other", 2.0, "filled_1"),
    ];
    says(
        &added(nodes, "m").refusal(),
        "changes part in place, of which other is or may be a part that is read later",
    );
    // What a view shows of the memory is known of slices alone.
    let turned = [("self", tensor("m")), ("dims", json!({"as_ints": [1, 0]}))];
    let nodes = vec![
        zeros(&[4, 4]),
        node("permute.default", &turned, "t"),
        fill("t", 1.0, "filled"),
    ];
    says(
        &added(nodes, "m").refusal(),
        "changes t in place, which is or may be a part of a constant other than a slice",
    );
}

#[test]
fn values_of_the_network_are_not_chosen_from() {
    let larger = [("self", tensor("x")), ("other", json!({"as_float": 0.5}))];
    let made = added(vec![node("eq.Scalar", &larger, "e")], "e");
    says(&made.refusal(), "compares values of the network");
    let chosen = [
        ("condition", tensor("m")),
        ("self", tensor("x")),
        ("other", tensor("m")),
    ];
    let nodes = vec![zeros(&[4, 4]), node("where.self", &chosen, "w")];
    says(
        &added(nodes, "w").refusal(),
        "chooses between values of the network",
    );
    let made = added(vec![fill("x", 1.0, "f")], "f");
    says(&made.refusal(), "fills a value of the network");
}
