//! Archives of `torch.export.save` that tests write themselves.

use serde_json::{Value, json};
use std::io::{Cursor, Write};
use valleyscope_exchange::{Program, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Name, kind of number, sizes, steps between neighbours, bytes.
pub type Stored = (&'static str, i64, Vec<i64>, Vec<i64>, Vec<u8>);

/// The parts of a file, of which a test changes some.
pub struct Made {
    pub nodes: Vec<Value>,
    pub output: &'static str,
    pub tensors: Vec<Stored>,
    pub batch: Value,
    pub schema: i64,
    pub compressed: bool,
}

pub fn tensor(name: &str) -> Value {
    json!({"as_tensor": {"name": name}})
}

pub fn node(target: &str, inputs: &[(&str, Value)], output: &str) -> Value {
    let inputs: Vec<Value> = inputs
        .iter()
        .map(|(name, arg)| json!({"name": name, "arg": arg, "kind": 1}))
        .collect();
    json!({"target": format!("torch.ops.aten.{target}"), "inputs": inputs, "outputs": [tensor(output)], "metadata": {}})
}

/// The mean of each channel of `last`, and a linear layer.
pub fn ending(mut nodes: Vec<Value>, last: &str) -> Made {
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

pub fn size(value: i64) -> Value {
    json!({"as_int": value})
}

pub fn meta(kind: i64, sizes: Vec<Value>, steps: &[i64]) -> Value {
    let steps: Vec<Value> = steps.iter().copied().map(size).collect();
    json!({"dtype": kind, "sizes": sizes, "strides": steps, "storage_offset": size(0), "layout": 7, "requires_grad": false})
}

impl Made {
    pub fn model(&self) -> Value {
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

    pub fn parts(&self) -> Vec<(String, Vec<u8>)> {
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

    pub fn read(&self) -> Result<Program> {
        read(&self.parts(), self.compressed)
    }

    pub fn refusal(&self) -> String {
        self.read().unwrap_err().to_string()
    }
}

pub fn read(parts: &[(String, Vec<u8>)], compressed: bool) -> Result<Program> {
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

pub fn says(text: &str, part: &str) {
    assert!(text.contains(part), "{text}");
}
