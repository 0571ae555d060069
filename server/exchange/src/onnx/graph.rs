//! An ONNX file becomes a program, node by node.

use super::node::Node;
use super::proto::{Dimension, Graph, Model, Node as Proto, ValueInfo};
use super::{op, scan, tensor};
use crate::error::{Error, Result};
use crate::finish::finish;
use crate::limits::{MOST_BYTES, MOST_NODES, at_most};
use crate::program::Program;
use crate::trace::{Trace, Value};
use bytes::Bytes;
use prost::Message;
use std::collections::{HashMap, HashSet};

/// The versions of ONNX's operators that are read.
const OPSETS: std::ops::RangeInclusive<i64> = 9..=20;

/// Reads an ONNX file.
pub(crate) fn read(bytes: Bytes) -> Result<Program> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Error::TooMuch {
            what: format!("{} MB", bytes.len() >> 20),
            most: format!("{} MB", MOST_BYTES >> 20),
        });
    }
    scan::scan(&bytes)?;
    let length = bytes.len();
    let model = Model::decode(bytes).map_err(|error| Error::Damaged(error.to_string()))?;
    let graph = model.graph.as_ref();
    let graph = graph.ok_or_else(|| Error::Foreign("the file has no network".to_owned()))?;
    at_most(graph.nodes.len(), MOST_NODES, "nodes")?;
    let opset = opset(&model)?;
    let mut values = weights(graph)?;
    let (mut trace, image) = begin(graph, &values, length)?;
    values.insert(image.0, image.1);
    let later: HashSet<&str> = graph
        .nodes
        .iter()
        .flat_map(|node| &node.outputs)
        .map(String::as_str)
        .collect();
    for (place, node) in graph.nodes.iter().enumerate() {
        one(&mut trace, &mut values, &later, node, place, opset)?;
    }
    let outputs = graph.outputs.iter().map(|output| {
        let value = values.get(output.name.as_str()).cloned();
        let value = value.ok_or_else(|| {
            Error::Output(format!("the output {} is given by no node", output.name))
        })?;
        Ok((output.name.clone(), value))
    });
    let outputs: Result<Vec<(String, Value)>> = outputs.collect();
    finish(trace, outputs?)
}

fn opset(model: &Model) -> Result<i64> {
    let mut own = model
        .opsets
        .iter()
        .filter(|opset| is_standard(&opset.domain));
    let version = own.next().map_or(1, |opset| opset.version);
    match OPSETS.contains(&version) {
        true => Ok(version),
        false => Err(Error::Foreign(format!(
            "the file is of opset {version}; {} to {} are read",
            OPSETS.start(),
            OPSETS.end()
        ))),
    }
}

fn is_standard(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

fn weights(graph: &Graph) -> Result<HashMap<&str, Value>> {
    let mut values = HashMap::with_capacity(graph.initializers.len());
    for initializer in &graph.initializers {
        let value = tensor::value(initializer).map_err(|reason| {
            Error::Foreign(format!("the tensor {} {reason}", initializer.name))
        })?;
        if values.insert(initializer.name.as_str(), value).is_some() {
            let name = &initializer.name;
            return Err(Error::Damaged(format!("the tensor {name} is there twice")));
        }
    }
    Ok(values)
}

/// The network's input: the one that is no weight.
fn begin<'a>(
    graph: &'a Graph,
    weights: &HashMap<&str, Value>,
    length: usize,
) -> Result<(Trace, (&'a str, Value))> {
    let inputs: Vec<&ValueInfo> = graph
        .inputs
        .iter()
        .filter(|input| !weights.contains_key(input.name.as_str()))
        .collect();
    let [input] = inputs.as_slice() else {
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        return Err(Error::Foreign(format!(
            "the network takes {} inputs ({}); one is read, the image",
            names.len(),
            names.join(", ")
        )));
    };
    let of = input.of.as_ref().and_then(|of| of.tensor.as_ref());
    let shape = of.and_then(|of| of.shape.as_ref());
    let Some((of, shape)) = of.zip(shape) else {
        return Err(Error::Foreign(format!(
            "the input {} has no shape",
            input.name
        )));
    };
    if !matches!(of.kind, 1 | 10 | 11 | 16) {
        return Err(Error::Foreign(format!(
            "the input {} takes no floating-point numbers",
            input.name
        )));
    }
    let [batch, sizes @ ..] = shape.dims.as_slice() else {
        return Err(Error::Foreign(format!(
            "the input {} is one number",
            input.name
        )));
    };
    if batch.value > 1 {
        return Err(Error::Foreign(format!(
            "the file takes {} images at a time; export it for 1 or for any number",
            batch.value
        )));
    }
    let known = |size: &Dimension| {
        (size.value > 0).then_some(size.value).ok_or_else(|| {
            Error::Foreign(format!(
                "the input {} leaves a size of the image open ({}); export it for images of one size",
                input.name, size.name
            ))
        })
    };
    let sizes: Result<Vec<i64>> = sizes.iter().map(known).collect();
    let (trace, value) = Trace::new(&sizes?, batch.value == 1, length)?;
    Ok((trace, (&input.name, Value::Traced(value))))
}

/// What a node is called in messages and in the list of layers.
fn title(node: &Proto, place: usize) -> String {
    match (node.name.as_str(), node.outputs.first()) {
        ("", Some(output)) if !output.is_empty() => output.clone(),
        ("", _) => format!("{}_{place}", node.operator),
        (name, _) => name.to_owned(),
    }
}

fn one<'a>(
    trace: &mut Trace,
    values: &mut HashMap<&'a str, Value>,
    later: &HashSet<&str>,
    proto: &'a Proto,
    place: usize,
    opset: i64,
) -> Result<()> {
    let title = title(proto, place);
    let operator = match is_standard(&proto.domain) {
        true => proto.operator.clone(),
        false => format!("{}.{}", proto.domain, proto.operator),
    };
    let refuse = |reason: String| Error::Node {
        operator: operator.clone(),
        node: title.clone(),
        reason,
    };
    let mut inputs = Vec::with_capacity(proto.inputs.len());
    for name in &proto.inputs {
        let value = match name.as_str() {
            "" => Value::Absent,
            name => values.get(name).cloned().ok_or_else(|| {
                refuse(match later.contains(name) {
                    true => format!(
                        "takes {name} before it is given: the nodes are out of order or in a circle"
                    ),
                    false => format!("takes {name}, which is not there"),
                })
            })?,
        };
        inputs.push(value);
    }
    trace.enter(&title);
    let node = Node {
        proto,
        inputs,
        opset,
    };
    let known = match is_standard(&proto.domain) {
        true => op::operator(&proto.operator),
        false => None,
    };
    let Some(known) = known else {
        return Err(match op::is_quantised(&proto.operator) {
            true => {
                refuse("is of a quantised network; export it before it is quantised".to_owned())
            }
            false => Error::Unknown {
                operator,
                node: title,
            },
        });
    };
    let value = known(trace, &node).map_err(refuse)?;
    let given: Vec<Value> = match value {
        Value::List(all) => all,
        other => vec![other],
    };
    for (name, value) in proto.outputs.iter().zip(given) {
        if !name.is_empty() && values.insert(name, value).is_some() {
            return Err(refuse(format!("gives {name}, which is there already")));
        }
    }
    Ok(())
}
