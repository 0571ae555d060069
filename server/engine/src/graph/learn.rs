//! A network while it learns: its parameters want gradients, and its norms see the batch.

use super::op::{Op, Role};
use super::{Graph, Node};
use crate::error::{Error, Result};
use tch::{Kind, Tensor};

/// Which statistics the batch norms use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The batch's, which also move the running ones.
    Train,
    /// The running ones.
    Evaluate,
}

/// Makes a tensor of a shape, of what it is at the beginning and to its operator.
pub type Starter<'a> = dyn FnMut(Start, Role, &[i64]) -> Result<Tensor> + 'a;

/// A graph whose numbers change.
#[derive(Debug)]
pub struct Learner {
    graph: Graph,
}

/// What a number of a network is at the beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// Of a layer with so many inputs: drawn.
    Drawn {
        fan_in: i64,
    },
    Same(f64),
}

impl Learner {
    /// A graph whose tensors are `start`ed in the order in which they are computed, each of the shape that is given;
    /// those that are learned have to want gradients.
    pub fn new(mut graph: Graph, kind: Kind, start: &mut Starter<'_>) -> Result<Self> {
        for place in 0..graph.nodes.len() {
            let node = &graph.nodes[place];
            let parameters = node.op.parameters(&graph.shapes_into(node)).into_iter();
            let tensor = |parameter: super::op::Parameter| {
                let how = begin(&node.op, parameter.name, &parameter.shape);
                start(how, parameter.role, &parameter.shape)
            };
            let tensors: Vec<Tensor> = parameters.map(tensor).collect::<Result<_>>()?;
            graph.nodes[place].tensors = match &graph.nodes[place].op {
                Op::Normalise(normalise) => {
                    let constants = normalise.constants()?.into_iter();
                    let constants = constants.map(|tensor| Ok(tensor.f_to_kind(kind)?));
                    constants.collect::<Result<_>>()?
                }
                _ => tensors,
            };
        }
        Ok(Self { graph })
    }

    /// Everything that a gradient step changes, in the order in which it is computed.
    pub fn parameters(&self) -> Vec<&Tensor> {
        let tensors = self.graph.nodes.iter().flat_map(|node| &node.tensors);
        tensors.filter(|tensor| tensor.requires_grad()).collect()
    }

    /// Logits `[N, K]` of pixels `[N, C, H, W]`.
    pub fn logits(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        let nodes = &self.graph.nodes;
        let readers = self.graph.readers();
        let mut values: Vec<Option<Tensor>> = Vec::with_capacity(nodes.len());
        for (place, node) in nodes.iter().enumerate() {
            let value = match &node.op {
                Op::Input => x.shallow_clone(),
                _ => step(node, &values, mode)?,
            };
            for input in &node.inputs {
                if readers[*input].last() == Some(&place) {
                    values[*input] = None;
                }
            }
            values.push(Some(value));
        }
        let last = values.pop().flatten();
        last.ok_or_else(|| nothing("the network"))
    }

    /// The network as it is now, in f64, for [`Graph::folded`].
    pub fn graph(&self) -> Result<Graph> {
        let copy = |node: &Node| -> Result<Node> {
            let double = |tensor: &Tensor| Ok(tensor.f_detach()?.f_to_kind(Kind::Double)?);
            Ok(Node {
                name: node.name.clone(),
                op: node.op.clone(),
                inputs: node.inputs.clone(),
                shape: node.shape.clone(),
                tensors: node.tensors.iter().map(double).collect::<Result<_>>()?,
            })
        };
        let nodes = self.graph.nodes.iter().map(copy).collect::<Result<_>>()?;
        Ok(Graph { nodes })
    }
}

impl Graph {
    /// The numbers of a filled graph by their names in files.
    pub fn named_tensors(&self) -> Vec<(String, &Tensor)> {
        let of = |node| {
            let Node {
                name, op, tensors, ..
            }: &Node = node;
            let parameters = op.parameters(&self.shapes_into(node));
            let names = parameters.into_iter().map(|parameter| parameter.of(name));
            names.zip(tensors).collect::<Vec<_>>()
        };
        self.nodes.iter().flat_map(of).collect()
    }
}

/// He and others, <https://arxiv.org/abs/1502.01852>: weights are drawn, norms change nothing, biases are zero.
fn begin(op: &Op, parameter: &str, shape: &[i64]) -> Start {
    match (op, parameter) {
        (Op::Conv2d(_) | Op::Linear(_) | Op::RectifiedScores(_), "weight") => Start::Drawn {
            fan_in: shape[1..].iter().product(),
        },
        (_, "weight" | "running_var") => Start::Same(1.0),
        _ => Start::Same(0.0),
    }
}

fn step(node: &Node, values: &[Option<Tensor>], mode: Mode) -> Result<Tensor> {
    let missing = || nothing(&node.name);
    let inputs = node.inputs.iter();
    let inputs = inputs.map(|input| values[*input].as_ref().ok_or_else(missing));
    let inputs: Vec<&Tensor> = inputs.collect::<Result<_>>()?;
    let operator = node.op.operator().ok_or_else(missing)?;
    match mode {
        Mode::Train => operator.forward_training(&inputs, &node.tensors),
        Mode::Evaluate => operator.forward(&inputs, &node.tensors),
    }
}

fn nothing(node: &str) -> Error {
    Error::Graph {
        node: node.to_owned(),
        reason: "has nothing to compute with".to_owned(),
    }
}
