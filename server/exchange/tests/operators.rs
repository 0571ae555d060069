//! What operators of ONNX become, on small files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{ending, model, node, numbers, whole, zeros};
use valleyscope_exchange::{Head, Layout, Op, PadMode, Program, Step};

/// The step of a node, by the name of what it gives.
fn step<'a>(program: &'a Program, name: &str) -> &'a Step {
    let name = format!("/{name}");
    let found = program.steps.iter().find(|step| step.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {:#?}", program.steps))
}

/// The tensor of a linear layer's weight and bias.
fn values(program: &Program, name: &str) -> Vec<f32> {
    let bytes = program.tensors[name].bytes.chunks_exact(4);
    bytes
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}

#[test]
fn same_padding_is_what_it_says() {
    for (auto, padding) in [("SAME_UPPER", [0, 0, 1, 1]), ("SAME_LOWER", [1, 1, 0, 0])] {
        let conv = node("Conv", &["x", "w"], "c")
            .ints("strides", &[2, 2])
            .text("auto_pad", auto);
        let program = ending(vec![conv], vec![zeros("w", &[4, 3, 3, 3])], "c", 4)
            .read()
            .unwrap();
        let conv = step(&program, "c");
        assert!(matches!(conv.op, Op::Conv2d { padding: own, .. } if own == padding));
        assert_eq!(conv.shape, [4, 4, 4]);
    }
}

#[test]
fn factors_of_a_gemm_are_part_of_its_weights() {
    let nodes = vec![
        node("GlobalAveragePool", &["x"], "p"),
        node("Reshape", &["p", "to"], "f"),
        node("Gemm", &["f", "w", "b"], "y")
            .float("alpha", 2.0)
            .float("beta", 0.5),
    ];
    let tensors = vec![
        whole("to", &[-1, 3]),
        numbers("w", &[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        numbers("b", &[2], &[8.0, 10.0]),
    ];
    let program = model(nodes, tensors).read().unwrap();
    assert_eq!(values(&program, "w"), [2.0, 6.0, 10.0, 4.0, 8.0, 12.0]);
    assert_eq!(values(&program, "b"), [4.0, 5.0]);
    assert_eq!(program.head, Head::Linear(program.output));
}

#[test]
fn a_product_and_a_sum_are_a_linear_layer() {
    let nodes = vec![
        node("Flatten", &["x"], "f"),
        node("MatMul", &["f", "w"], "m"),
        node("Add", &["b", "m"], "y"),
    ];
    let tensors = vec![zeros("w", &[192, 5]), zeros("b", &[5])];
    let program = model(nodes, tensors).read().unwrap();
    let last = &program.steps[program.output];
    assert_eq!(last.name, "/m");
    assert!(matches!(&last.op, Op::Linear { bias: Some(bias), .. } if bias == "b"));
    assert_eq!(program.tensors["w"].shape, [5, 192]);
}

#[test]
fn older_softmaxes_take_all_dimensions_from_one_on() {
    let soft = || vec![node("Softmax", &["x"], "s").int("axis", 1)];
    let older = ending(soft(), vec![], "s", 3).opset(11).read().unwrap();
    assert!(older.steps.iter().any(|step| step.shape == [192]));
    let newer = ending(soft(), vec![], "s", 3).opset(13).read().unwrap();
    assert_eq!(step(&newer, "s").op, Op::Softmax { dim: 0 });
}

#[test]
fn a_softmax_at_the_end_is_left_out() {
    let mut made = ending(vec![], vec![], "x", 3);
    let graph = made.graph.as_mut().unwrap();
    graph
        .nodes
        .push(node("Softmax", &["y"], "p").int("axis", 1));
    let program = made.outputs(&["p"]).read().unwrap();
    assert_eq!(
        program.notes,
        ["the file ends in a softmax; logits are read before it"]
    );
    assert_eq!(program.steps[program.output].name, "/y");
}

#[test]
fn what_changes_nothing_is_no_step() {
    let nodes = vec![
        node("Identity", &["x"], "a"),
        node("Cast", &["a"], "b").int("to", 1),
        node("Dropout", &["b"], "c"),
    ];
    let program = ending(nodes, vec![], "c", 3).read().unwrap();
    assert_eq!(program.steps.len(), 4);
}

#[test]
fn channels_that_come_last_are_put_first() {
    let nodes = vec![
        node("Sub", &["x", "mean"], "s"),
        node("Transpose", &["s"], "t").ints("perm", &[0, 3, 1, 2]),
    ];
    let mean = numbers("mean", &[3], &[1.0, 2.0, 3.0]);
    let program = ending(nodes, vec![mean], "t", 3)
        .input(&[0, 8, 8, 3])
        .read()
        .unwrap();
    assert_eq!((program.input, program.layout), ([3, 8, 8], Layout::Nhwc));
    assert!(
        !program
            .steps
            .iter()
            .any(|step| matches!(step.op, Op::Permute { .. }))
    );
    let constant = &program.steps[1];
    assert_eq!(
        (&constant.inputs[..], &constant.shape[..]),
        (&[][..], &[3, 1, 1][..])
    );
    assert!(
        program
            .notes
            .contains(&"the file scales its input itself".to_owned())
    );
}

#[test]
fn gelu_and_layer_norm_are_found_in_their_parts() {
    let tokens = vec![
        node("Reshape", &["x", "to"], "r"),
        node("Transpose", &["r"], "t").ints("perm", &[0, 2, 1]),
        node("ReduceMean", &["t"], "m").ints("axes", &[-1]),
        node("Sub", &["t", "m"], "d"),
        node("Pow", &["d", "two"], "p"),
        node("ReduceMean", &["p"], "v").ints("axes", &[-1]),
        node("Add", &["v", "eps"], "e"),
        node("Sqrt", &["e"], "q"),
        node("Div", &["d", "q"], "n"),
        node("Mul", &["n", "w"], "k"),
        node("Add", &["k", "b"], "norm"),
        node("Div", &["norm", "root"], "g1"),
        node("Erf", &["g1"], "g2"),
        node("Add", &["g2", "one"], "g3"),
        node("Mul", &["norm", "g3"], "g4"),
        node("Mul", &["g4", "half"], "gelu"),
        node("ReduceMean", &["gelu"], "mean")
            .ints("axes", &[1])
            .int("keepdims", 0),
        node("Gemm", &["mean", "fc"], "y"),
    ];
    let one = |name: &str, value: f32| numbers(name, &[], &[value]);
    let tensors = vec![
        whole("to", &[0, 0, -1]),
        one("two", 2.0),
        one("eps", 1e-5),
        zeros("w", &[3]),
        zeros("b", &[3]),
        one("root", std::f32::consts::SQRT_2),
        one("one", 1.0),
        one("half", 0.5),
        zeros("fc", &[3, 5]),
    ];
    let program = model(tokens, tensors).read().unwrap();
    let names: Vec<String> = program.steps.iter().map(|step| step.op.name()).collect();
    assert_eq!(
        names,
        [
            "Input",
            "Reshape",
            "Permute",
            "LayerNorm",
            "Gelu",
            "MeanOver",
            "Linear"
        ]
    );
}

#[test]
fn pads_and_pools_and_parts_have_the_shapes_they_say() {
    let nodes = vec![
        node("Pad", &["x", "pads"], "a").text("mode", "reflect"),
        node("MaxPool", &["a"], "b")
            .ints("kernel_shape", &[3, 3])
            .ints("strides", &[2, 2])
            .int("ceil_mode", 1),
        node("AveragePool", &["b"], "c")
            .ints("kernel_shape", &[2, 2])
            .ints("pads", &[1, 1, 0, 0]),
        node("Slice", &["c", "from", "to", "axes", "steps"], "d"),
        node("Clip", &["d", "", "six"], "e"),
        node("LeakyRelu", &["e"], "f"),
        node("Resize", &["f", "", "scales"], "g").text("mode", "nearest"),
        node("Concat", &["g", "g"], "h").int("axis", -3),
    ];
    let tensors = vec![
        whole("pads", &[0, 0, 1, 1, 0, 0, 1, 1]),
        whole("from", &[0]),
        whole("to", &[i64::MAX]),
        whole("axes", &[3]),
        whole("steps", &[2]),
        numbers("six", &[], &[6.0]),
        numbers("scales", &[4], &[1.0, 1.0, 2.0, 2.0]),
    ];
    let program = ending(nodes, tensors, "h", 6).read().unwrap();
    let shape = |name: &str| step(&program, name).shape.clone();
    assert!(matches!(
        step(&program, "a").op,
        Op::Pad {
            mode: PadMode::Reflect,
            ..
        }
    ));
    assert_eq!(shape("a"), [3, 10, 10]);
    assert_eq!(shape("b"), [3, 5, 5]);
    assert_eq!(shape("c"), [3, 5, 5]);
    assert_eq!(shape("d"), [3, 5, 3]);
    assert_eq!(shape("g"), [3, 10, 6]);
    assert_eq!(shape("h"), [6, 10, 6]);
}

#[test]
fn a_convolution_can_give_the_logits() {
    let nodes = vec![
        node("Conv", &["x", "w"], "c"),
        node("GlobalAveragePool", &["c"], "p"),
        node("Flatten", &["p"], "y"),
    ];
    let program = model(nodes, vec![zeros("w", &[5, 3, 1, 1])])
        .read()
        .unwrap();
    assert_eq!(program.head, Head::Convolution(1));
}

/// SqueezeNet's classifier; where a kernel takes more than a pixel, the logits are those of no known layer.
#[test]
fn scores_of_pixels_can_be_rectified_before_their_mean() {
    let classifier = |side: i64| {
        let nodes = vec![
            node("Conv", &["x", "w", "b"], "scores"),
            node("Relu", &["scores"], "left"),
            node("GlobalAveragePool", &["left"], "pooled"),
            node("Flatten", &["pooled"], "y"),
        ];
        model(
            nodes,
            vec![zeros("w", &[5, 3, side, side]), zeros("b", &[5])],
        )
    };
    assert_eq!(classifier(1).read().unwrap().head, Head::Rectified(1));
    assert_eq!(
        classifier(3).refusal(),
        "the logits come from MeanOver (node /pooled), not from a linear layer"
    );
}

#[test]
fn of_several_outputs_the_logits_are_noted() {
    let made = ending(vec![node("Relu", &["x"], "r")], vec![], "r", 3);
    let program = made.outputs(&["r", "y"]).read().unwrap();
    assert_eq!(
        program.notes,
        ["of the outputs r [N, 3, 8, 8], y [N, 5] the logits are y"]
    );
}

#[test]
fn reshapes_for_one_image_are_for_all() {
    for to in [[1, -1], [-1, 192]] {
        for input in [[1, 3, 8, 8], [0, 3, 8, 8]] {
            let nodes = vec![
                node("Reshape", &["x", "to"], "f"),
                node("Gemm", &["f", "w"], "y"),
            ];
            let made = model(nodes, vec![whole("to", &to), zeros("w", &[192, 5])]);
            let program = made.input(&input).read().unwrap();
            assert_eq!(program.steps[1].op, Op::Flatten);
            assert_eq!(program.steps[2].shape, [5]);
        }
    }
}
