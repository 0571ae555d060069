//! An exported graph becomes a program, node by node.

use super::alias::Aliases;
use super::archive::Archive;
use super::node::Node;
use super::op;
use super::schema::{
    Argument, ExportedProgram, InputSpec, MetaSize, Node as Proto, OutputSpec, TensorMeta, Version,
};
use super::weights::Weights;
use crate::error::{Error, Result};
use crate::finish::finish;
use crate::limits::{MOST_NODES, at_most};
use crate::program::Program;
use crate::trace::{Trace, Value};
use bytes::Bytes;
use std::collections::{HashMap, HashSet};

/// The version of the schema that is read.
const SCHEMA: i64 = 8;

/// Reads a `.pt2` file.
pub(crate) fn read(bytes: Bytes) -> Result<Program> {
    let length = bytes.len();
    let mut archive = Archive::open(bytes)?;
    let program = model(&mut archive)?;
    let module = program.graph_module;
    let graph = module.graph;
    at_most(graph.nodes.len(), MOST_NODES, "nodes")?;
    let names = outputs(&module.signature.output_specs)?;
    let mut values = HashMap::new();
    let image = inputs(&mut archive, module.signature.input_specs, &mut values)?;
    let meta = graph.tensor_values.get(&image);
    let meta = meta.ok_or_else(|| Error::Damaged(format!("the input {image} has no shape")))?;
    let (mut trace, value) = begin(&image, meta, length)?;
    values.insert(image, Value::Traced(value));
    let mut aliases = Aliases::new(&graph.nodes, &names);
    let mut paths = HashSet::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        one(
            &mut trace,
            &mut values,
            &mut aliases,
            &mut paths,
            node,
            place,
        )?;
    }
    let outputs = names.into_iter().map(|name| {
        let value = values.get(&name).cloned();
        let value =
            value.ok_or_else(|| Error::Output(format!("the output {name} is given by no node")))?;
        Ok((name, value))
    });
    let outputs: Result<Vec<(String, Value)>> = outputs.collect();
    finish(trace, outputs?)
}

/// The only model of the archive.
fn model(archive: &mut Archive) -> Result<ExportedProgram> {
    let models: Vec<String> = archive
        .names()
        .filter(|name| name.starts_with("models/") && name.ends_with(".json"))
        .map(str::to_owned)
        .collect();
    let [name] = models.as_slice() else {
        let older = archive
            .names()
            .any(|name| name.contains("serialized_exported_program"));
        return Err(Error::Foreign(match (models.len(), older) {
            (_, true) => "the file was saved by an older PyTorch; save it again with torch.export.save of 2.9 or newer".to_owned(),
            (0, _) => "the archive has no models/*.json, as torch.export.save writes".to_owned(),
            (many, _) => format!("the archive has {many} models; one is read"),
        }));
    };
    if archive.names().any(|name| name == "byteorder")
        && archive.text("byteorder")?.trim_ascii() != b"little"
    {
        return Err(Error::Foreign(
            "the weights are not stored little-endian".to_owned(),
        ));
    }
    let text = archive.text(name)?;
    let damaged = |error: serde_json::Error| Error::Damaged(format!("{name}: {error}"));
    // An unknown schema may not even be readable.
    let version: Version = serde_json::from_slice(&text).map_err(damaged)?;
    let version = version.schema_version;
    if version.major != SCHEMA {
        return Err(Error::Foreign(format!(
            "the file has the schema {}.{}; {SCHEMA} is read",
            version.major, version.minor
        )));
    }
    serde_json::from_slice(&text).map_err(damaged)
}

/// The names of the network's outputs.
fn outputs(specs: &[OutputSpec]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for spec in specs {
        match spec {
            OutputSpec::UserOutput {
                arg: Argument::AsTensor(tensor),
            } => names.push(tensor.name.clone()),
            OutputSpec::UserOutput { .. } => {}
            OutputSpec::BufferMutation { buffer_name } => {
                return Err(Error::Foreign(format!(
                    "the network changes its buffer {buffer_name}; export it in eval mode"
                )));
            }
            _ => {
                return Err(Error::Foreign(
                    "the file is of a step of training, not of a network".to_owned(),
                ));
            }
        }
    }
    Ok(names)
}

/// Binds the weights; the name of the image.
fn inputs(
    archive: &mut Archive,
    specs: Vec<InputSpec>,
    values: &mut HashMap<String, Value>,
) -> Result<String> {
    let mut weights = Weights::open(archive)?;
    let mut images = Vec::new();
    for spec in specs {
        let (arg, name) = match spec {
            InputSpec::UserInput {
                arg: Argument::AsTensor(tensor),
            } => {
                images.push(tensor.name);
                continue;
            }
            InputSpec::Parameter {
                arg,
                parameter_name,
            } => (arg, parameter_name),
            InputSpec::Buffer { arg, buffer_name } => (arg, buffer_name),
            InputSpec::TensorConstant {
                arg,
                tensor_constant_name,
            } => (arg, tensor_constant_name),
            _ => {
                return Err(Error::Foreign(
                    "the network takes something other than an image and weights".to_owned(),
                ));
            }
        };
        values.insert(arg.name, weights.get(archive, &name)?);
    }
    match <[String; 1]>::try_from(images) {
        Ok([image]) => Ok(image),
        Err(images) => Err(Error::Foreign(format!(
            "the network takes {} inputs ({}); one is read, the image",
            images.len(),
            images.join(", ")
        ))),
    }
}

fn begin(name: &str, meta: &TensorMeta, length: usize) -> Result<(Trace, crate::trace::Traced)> {
    if !matches!(meta.dtype, 6..=8 | 13) {
        return Err(Error::Foreign(format!(
            "the input {name} takes no floating-point numbers"
        )));
    }
    let [batch, sizes @ ..] = meta.sizes.as_slice() else {
        return Err(Error::Foreign(format!("the input {name} is one number")));
    };
    if let MetaSize::AsInt(images) = batch
        && *images != 1
    {
        return Err(Error::Foreign(format!(
            "the file takes {images} images at a time; export it for 1 or for any number"
        )));
    }
    let known = |size: &MetaSize| match size {
        MetaSize::AsInt(size) => Ok(*size),
        MetaSize::AsExpr(_) => Err(Error::Foreign(format!(
            "the input {name} leaves a size of the image open; export it for images of one size"
        ))),
    };
    let sizes: Result<Vec<i64>> = sizes.iter().map(known).collect();
    Trace::new(&sizes?, matches!(batch, MetaSize::AsInt(_)), length)
}

/// The path of the module that a node is in.
fn path(of: &Proto) -> Option<&str> {
    let last = of.metadata.nn_module_stack.rsplit(';').next()?;
    let path = last.split(',').nth(1)?;
    let plain = |c: char| c.is_alphanumeric() || "._-".contains(c);
    (!path.is_empty() && !path.starts_with("_empty") && path.chars().all(plain)).then_some(path)
}

/// What a node is called in the list of layers: its module, and its own name behind the first of one.
fn title(of: &Proto, own: &str, paths: &mut HashSet<String>) -> String {
    match path(of) {
        None => own.to_owned(),
        Some(path) if paths.insert(path.to_owned()) => path.to_owned(),
        Some(path) => format!("{path}.{own}"),
    }
}

fn one(
    trace: &mut Trace,
    values: &mut HashMap<String, Value>,
    aliases: &mut Aliases<'_>,
    paths: &mut HashSet<String>,
    proto: &Proto,
    place: usize,
) -> Result<()> {
    let given: Vec<String> = proto.outputs.iter().flat_map(names).collect();
    let own = given.first().cloned();
    let own = own.unwrap_or_else(|| format!("node_{place}"));
    let short = proto.target.strip_prefix("torch.ops.");
    let operator = short.unwrap_or(&proto.target).to_owned();
    let refuse = |reason: String| Error::Node {
        operator: operator.clone(),
        node: own.clone(),
        reason,
    };
    let (base, in_place) = op::base(&proto.target);
    if op::is_passed_over(&proto.target) {
        // What is asserted of the images' number or memory concerns no value.
        values.extend(given.into_iter().map(|name| (name, Value::Absent)));
        return Ok(());
    }
    let Some(known) = op::operator(&proto.target, base) else {
        return Err(match op::is_quantised(&proto.target) {
            true => {
                refuse("is of a quantised network; export it before it is quantised".to_owned())
            }
            false => Error::Unknown {
                operator: operator.clone(),
                node: own.clone(),
            },
        });
    };
    trace.enter(&title(proto, &own, paths));
    let node = Node {
        proto,
        values,
        base,
    };
    let value = known(trace, &node).map_err(refuse)?;
    if in_place {
        match value {
            Value::Traced(_) => aliases.change(values, proto, place, &value),
            _ => aliases.write(trace, values, place, value.clone()),
        }
        .map_err(refuse)?;
    }
    aliases.note(proto, base, in_place);
    let parts = match value {
        Value::List(parts) => parts,
        other => vec![other],
    };
    for (name, value) in given.into_iter().zip(parts) {
        if values.contains_key(&name) {
            return Err(refuse(format!("gives {name}, which is there already")));
        }
        values.insert(name, value);
    }
    Ok(())
}

/// The names of all that a node gives, sizes among them.
fn names(of: &Argument) -> Vec<String> {
    use super::schema::SymInt;
    match of {
        Argument::AsSymInt(SymInt::AsName(name)) => vec![name.clone()],
        Argument::AsTensor(tensor) => vec![tensor.name.clone()],
        Argument::AsTensors(all) => all.iter().map(|tensor| tensor.name.clone()).collect(),
        _ => Vec::new(),
    }
}
