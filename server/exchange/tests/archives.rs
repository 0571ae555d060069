//! Archives that tests write themselves: what of them is refused, and in which words.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::io::{Cursor, Write};
use valleyscope_exchange::{Op, Program, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Name, kind of number, sizes, steps between neighbours, bytes.
type Stored = (&'static str, i64, Vec<i64>, Vec<i64>, Vec<u8>);

/// The parts of a file, of which a test changes some.
struct Made {
    nodes: Vec<Value>,
    output: &'static str,
    tensors: Vec<Stored>,
    batch: Value,
    schema: i64,
    compressed: bool,
}

fn tensor(name: &str) -> Value {
    json!({"as_tensor": {"name": name}})
}

fn node(target: &str, inputs: &[(&str, Value)], output: &str) -> Value {
    let inputs: Vec<Value> = inputs
        .iter()
        .map(|(name, arg)| json!({"name": name, "arg": arg, "kind": 1}))
        .collect();
    json!({"target": format!("torch.ops.aten.{target}"), "inputs": inputs, "outputs": [tensor(output)], "metadata": {}})
}

/// The mean of each channel of `last`, and a linear layer.
fn ending(mut nodes: Vec<Value>, last: &str) -> Made {
    nodes.extend([
        node(
            "mean.dim",
            &[("self", tensor(last)), ("dim", json!({"as_ints": [2, 3]}))],
            "mean",
        ),
        node(
            "linear.default",
            &[("input", tensor("mean")), ("weight", tensor("fc"))],
            "y",
        ),
    ]);
    Made {
        nodes,
        output: "y",
        tensors: vec![("fc", 7, vec![5, 3], vec![3, 1], vec![0; 60])],
        batch: json!({"as_expr": {"expr_str": "s0", "hint": {"as_int": 2}}}),
        schema: 8,
        compressed: false,
    }
}

fn size(value: i64) -> Value {
    json!({"as_int": value})
}

fn meta(kind: i64, sizes: Vec<Value>, steps: &[i64]) -> Value {
    let steps: Vec<Value> = steps.iter().copied().map(size).collect();
    json!({"dtype": kind, "sizes": sizes, "strides": steps, "storage_offset": size(0), "layout": 7, "requires_grad": false})
}

impl Made {
    fn model(&self) -> Value {
        let image = vec![self.batch.clone(), size(3), size(4), size(4)];
        let mut specs: Vec<Value> = self
            .tensors
            .iter()
            .map(|(name, ..)| json!({"parameter": {"arg": {"name": name}, "parameter_name": name}}))
            .collect();
        specs.push(json!({"user_input": {"arg": tensor("x")}}));
        json!({
            "schema_version": {"major": self.schema, "minor": 17},
            "graph_module": {
                "graph": {"nodes": self.nodes, "tensor_values": {"x": meta(7, image, &[])}},
                "signature": {
                    "input_specs": specs,
                    "output_specs": [{"user_output": {"arg": tensor(self.output)}}],
                },
            },
        })
    }

    fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let mut config = serde_json::Map::new();
        let mut parts = Vec::new();
        for (name, kind, sizes, steps, bytes) in &self.tensors {
            let sizes = sizes.iter().copied().map(size).collect();
            config.insert(
                (*name).to_owned(),
                json!({"path_name": name, "is_param": true, "use_pickle": false, "tensor_meta": meta(*kind, sizes, steps)}),
            );
            parts.push((format!("a/data/weights/{name}"), bytes.clone()));
        }
        let config = json!({"config": config}).to_string();
        parts.push((
            "a/data/weights/model_weights_config.json".to_owned(),
            config.into_bytes(),
        ));
        parts.push((
            "a/models/model.json".to_owned(),
            self.model().to_string().into_bytes(),
        ));
        parts.push(("a/byteorder".to_owned(), b"little".to_vec()));
        parts
    }

    fn read(&self) -> Result<Program> {
        read(&self.parts(), self.compressed)
    }

    fn refusal(&self) -> String {
        self.read().unwrap_err().to_string()
    }
}

fn read(parts: &[(String, Vec<u8>)], compressed: bool) -> Result<Program> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let method = match compressed {
        true => CompressionMethod::Deflated,
        false => CompressionMethod::Stored,
    };
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(content).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    Program::of_bytes(bytes.into())
}

fn says(text: &str, part: &str) {
    assert!(text.contains(part), "{text}");
}

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
