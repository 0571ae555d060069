//! ONNX files that tests write themselves.

#![expect(dead_code, reason = "each test uses a part")]

pub mod added;
#[path = "../../src/onnx/proto.rs"]
pub mod proto;
pub mod small;

use prost::Message;
use proto::{
    Attribute, Dimension, Graph, Model, Node, Opset, Shape, Tensor, TensorType, Type, ValueInfo,
};
use valleyscope_exchange::{Program, Result};

pub fn text(of: &str) -> String {
    of.to_owned()
}

/// A tensor of zeros; whole numbers where they are given.
pub fn zeros(name: &str, dims: &[i64]) -> Tensor {
    Tensor {
        dims: dims.to_vec(),
        kind: 1,
        name: text(name),
        raw: vec![0; dims.iter().product::<i64>() as usize * 4].into(),
        ..Tensor::default()
    }
}

pub fn numbers(name: &str, dims: &[i64], values: &[f32]) -> Tensor {
    Tensor {
        dims: dims.to_vec(),
        kind: 1,
        name: text(name),
        floats: values.to_vec(),
        ..Tensor::default()
    }
}

pub fn whole(name: &str, values: &[i64]) -> Tensor {
    Tensor {
        dims: vec![values.len() as i64],
        kind: 7,
        name: text(name),
        int64s: values.to_vec(),
        ..Tensor::default()
    }
}

pub fn node(operator: &str, inputs: &[&str], output: &str) -> Node {
    Node {
        inputs: inputs.iter().copied().map(text).collect(),
        outputs: vec![text(output)],
        name: format!("/{output}"),
        operator: text(operator),
        ..Node::default()
    }
}

impl Node {
    pub fn int(mut self, name: &str, i: i64) -> Self {
        self.attributes.push(Attribute {
            name: text(name),
            i,
            ..Attribute::default()
        });
        self
    }

    pub fn float(mut self, name: &str, f: f32) -> Self {
        self.attributes.push(Attribute {
            name: text(name),
            f,
            ..Attribute::default()
        });
        self
    }

    pub fn ints(mut self, name: &str, ints: &[i64]) -> Self {
        self.attributes.push(Attribute {
            name: text(name),
            ints: ints.to_vec(),
            ..Attribute::default()
        });
        self
    }

    pub fn text(mut self, name: &str, s: &str) -> Self {
        self.attributes.push(Attribute {
            name: text(name),
            s: s.as_bytes().to_vec().into(),
            ..Attribute::default()
        });
        self
    }
}

/// A value's kind and sizes; 0 is a size that is open.
pub fn info(name: &str, dims: &[i64]) -> ValueInfo {
    let dimension = |value: &i64| Dimension {
        value: *value,
        name: if *value == 0 { text("N") } else { text("") },
    };
    let shape = Shape {
        dims: dims.iter().map(dimension).collect(),
    };
    ValueInfo {
        name: text(name),
        of: Some(Type {
            tensor: Some(TensorType {
                kind: 1,
                shape: Some(shape),
            }),
        }),
    }
}

/// A network from `x` to `y` on pictures of 3 x 8 x 8.
pub fn model(nodes: Vec<Node>, initializers: Vec<Tensor>) -> Model {
    Model {
        ir_version: 8,
        producer: text("test"),
        graph: Some(Graph {
            nodes,
            initializers,
            inputs: vec![info("x", &[0, 3, 8, 8])],
            outputs: vec![info("y", &[])],
        }),
        opsets: vec![Opset {
            domain: text(""),
            version: 17,
        }],
    }
}

impl Model {
    /// The same of another opset.
    pub fn opset(mut self, version: i64) -> Self {
        self.opsets[0].version = version;
        self
    }

    /// The same with an input of other sizes.
    pub fn input(mut self, dims: &[i64]) -> Self {
        if let Some(graph) = &mut self.graph {
            graph.inputs = vec![info("x", dims)];
        }
        self
    }

    /// The same with these outputs.
    pub fn outputs(mut self, names: &[&str]) -> Self {
        if let Some(graph) = &mut self.graph {
            graph.outputs = names.iter().map(|name| info(name, &[])).collect();
        }
        self
    }

    pub fn read(&self) -> Result<Program> {
        Program::of_bytes(self.encode_to_vec().into())
    }

    pub fn refusal(&self) -> String {
        match self.read() {
            Ok(program) => panic!("is read: {:?}", program.steps),
            Err(error) => error.to_string(),
        }
    }
}

/// The nodes given, and behind them the mean of each of `channels` of `last` and a linear layer.
pub fn ending(mut nodes: Vec<Node>, mut tensors: Vec<Tensor>, last: &str, channels: i64) -> Model {
    nodes.extend([
        node("GlobalAveragePool", &[last], "pooled"),
        node("Flatten", &["pooled"], "flat"),
        node("Gemm", &["flat", "fc.weight", "fc.bias"], "y").int("transB", 1),
    ]);
    tensors.extend([zeros("fc.weight", &[5, channels]), zeros("fc.bias", &[5])]);
    model(nodes, tensors)
}
