//! Two last layers of which the sum or the mean are the logits are one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{model, node, numbers};
use valleyscope_exchange::{DType, Head, Op, Program};

const FIRST: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
const SECOND: [f32; 6] = [-1.0, -2.0, -3.0, -4.0, -5.0, -6.0];

/// Means and maxima over pixels, a layer of each, and the nodes behind both.
fn two(behind: Vec<common::proto::Node>, biased: bool) -> common::proto::Model {
    let layer = |row: &str, [weight, bias]: [&str; 2], output: &str| {
        let inputs = [row, weight, bias];
        let inputs = &inputs[..2 + usize::from(biased)];
        node("Gemm", inputs, output).int("transB", 1)
    };
    let mut nodes = vec![
        node("GlobalMaxPool", &["x"], "largest"),
        node("GlobalAveragePool", &["x"], "mean"),
        node("Flatten", &["mean"], "one"),
        node("Flatten", &["largest"], "other"),
        layer("one", ["w1", "b1"], "first"),
        layer("other", ["w2", "b2"], "second"),
    ];
    nodes.extend(behind);
    let tensors = vec![
        numbers("w1", &[2, 3], &FIRST),
        numbers("w2", &[2, 3], &SECOND),
        numbers("b1", &[2], &[1.0, 0.1]),
        numbers("b2", &[2], &[2.0, 0.2]),
        numbers("half", &[], &[0.5]),
        numbers("two", &[], &[2.0]),
    ];
    model(nodes, tensors)
}

/// The numbers of the last layer, of its weight and its bias.
fn last(program: &Program) -> [Option<Vec<f64>>; 2] {
    let Op::Linear { weight, bias } = &program.steps[program.output].op else {
        panic!("{:?}", program.steps);
    };
    let read = |name: &String| {
        let tensor = &program.tensors[name];
        let chunks = tensor.bytes.chunks_exact(tensor.dtype.size());
        let number = |bytes: &[u8]| match tensor.dtype {
            DType::F32 => f64::from(f32::from_le_bytes(bytes.try_into().unwrap())),
            DType::F64 => f64::from_le_bytes(bytes.try_into().unwrap()),
            other => panic!("{other:?}"),
        };
        chunks.map(number).collect()
    };
    [Some(read(weight)), bias.as_ref().map(read)]
}

#[test]
fn the_mean_of_two_layers_is_one_of_both_rows() {
    let sum = || node("Add", &["second", "first"], "s");
    let by = [
        node("Div", &["s", "two"], "y"),
        node("Mul", &["s", "half"], "y"),
    ];
    for scaled in by {
        let program = two(vec![sum(), scaled], true).read().unwrap();
        assert_eq!(program.head, Head::Linear(program.output));
        let [layer, scale, rows] = [1, 2, 3].map(|back| &program.steps[program.steps.len() - back]);
        assert_eq!(layer.name, "/first");
        assert_eq!(scale.op, Op::MulScalar { value: 0.5 });
        assert_eq!(rows.op, Op::Concat { dim: 0 });
        assert_eq!((&rows.shape, &scale.shape), (&vec![6], &vec![6]));
        // The means come first, as the layers do.
        let from = rows.inputs.iter().map(|input| &program.steps[*input].name);
        assert_eq!(from.collect::<Vec<_>>(), ["/one", "/other"]);
        let weight = [1., 2., 3., -1., -2., -3., 4., 5., 6., -4., -5., -6.];
        // Halves and sums of single-precision numbers are exact in double precision.
        let bias = [1.5, (f64::from(0.1f32) + f64::from(0.2f32)) / 2.0];
        assert_eq!(last(&program), [Some(weight.into()), Some(bias.into())]);
        assert_eq!(program.tensors.len(), 2);
    }
}

#[test]
fn the_sum_of_two_layers_is_one_of_both_rows() {
    let program = two(vec![node("Add", &["first", "second"], "y")], false);
    let program = program.read().unwrap();
    assert_eq!(program.head, Head::Linear(program.output));
    let rows = &program.steps[program.output - 1];
    assert_eq!(rows.op, Op::Concat { dim: 0 });
    let [weight, bias] = last(&program);
    assert_eq!((weight.unwrap().len(), bias), (12, None));
}

/// The product of two layers is none, and a layer that something else reads stays what it is.
#[test]
fn other_ends_are_refused_as_before() {
    let product = two(vec![node("Mul", &["first", "second"], "y")], true);
    let text = product.refusal();
    assert!(
        text.contains("the logits come from Mul (node /y)"),
        "{text}"
    );
    let sum = node("Add", &["first", "second"], "s");
    let again = two(vec![sum, node("Add", &["s", "first"], "y")], true);
    let text = again.refusal();
    assert!(
        text.contains("the logits come from Add (node /y)"),
        "{text}"
    );
}
