//! Computing a network.

use super::op::Op;
use super::{Graph, Node, Shape};
use crate::error::{Error, Result};
use crate::model::{Form, Forward, Head, Model};
use tch::{Device, Kind, Tensor};

/// A filled graph, ready to be computed on a device in a number format.
#[derive(Debug)]
pub struct Network {
    steps: Vec<Step>,
    input: Shape,
    /// The step whose value the last layer takes.
    features: usize,
    /// The last layer's weight `[K, D]` and its bias.
    head: [Tensor; 2],
    form: Form,
    device: Device,
    kind: Kind,
}

/// One operator with all that is known of its place.
#[derive(Debug)]
struct Step {
    node: Node,
    /// Of each input, whether no later operator takes it.
    last: Vec<bool>,
    /// The input over whose value this one's is written, where that is allowed.
    over: Option<usize>,
}

impl Network {
    /// The network of a filled graph, whose logits are those of its last node.
    pub fn new(graph: Graph, device: Device, kind: Kind) -> Result<Self> {
        let readers = graph.readers();
        // What depends on no image is a batch of one.
        let mut of_images: Vec<bool> = Vec::with_capacity(graph.nodes.len());
        for node in &graph.nodes {
            let depends = node.inputs.iter().any(|input| of_images[*input]);
            of_images.push(depends || node.op == Op::Input);
        }
        let single = |input: usize| of_images[input] && readers[input].len() == 1;
        let over: Vec<Option<usize>> = (0..graph.nodes.len())
            .map(|place| over(&graph.nodes, &single, place))
            .collect();
        let input = graph.nodes[0].shape.clone();
        let features = graph.nodes[graph.head()].inputs[0];
        let mut steps = Vec::with_capacity(graph.nodes.len());
        for ((place, node), over) in graph.nodes.into_iter().enumerate().zip(over) {
            let last = |input: &usize| readers[*input].last() == Some(&place);
            let last = node.inputs.iter().map(last).collect();
            let tensors = node.tensors.iter();
            let tensors = tensors.map(|tensor| placed(tensor, &node.op, device, kind));
            let node = Node {
                tensors: tensors.collect::<Result<_>>()?,
                ..node
            };
            steps.push(Step { node, last, over });
        }
        let last = steps.last().map(|step: &Step| &step.node);
        let (form, [weight, bias]) = match last {
            Some(Node { op, tensors, .. }) if tensors.len() == 2 => {
                let form = match op {
                    Op::RectifiedScores(_) => Form::RectifiedScores,
                    _ => Form::Linear,
                };
                (form, [&tensors[0], &tensors[1]])
            }
            _ => return Err(unfilled("the last layer")),
        };
        let head = [weight.f_flatten(1, -1)?, bias.shallow_clone()];
        Ok(Self {
            steps,
            input,
            features,
            head,
            form,
            device,
            kind,
        })
    }
}

/// Over which input a node's value may be written: one that nobody else needs, of an operator whose gradient does not need it either.
fn over(nodes: &[Node], single: &dyn Fn(usize) -> bool, place: usize) -> Option<usize> {
    let node = &nodes[place];
    if !matches!(node.op, Op::Relu(_) | Op::Add(_)) {
        return None;
    }
    let spare = |input: &usize| {
        let op = &nodes[*input].op;
        let unneeded = matches!(
            op,
            Op::Conv2d(_) | Op::Linear(_) | Op::Add(_) | Op::BatchNorm(_)
        );
        // A smaller value is stretched, and has no room.
        unneeded && single(*input) && nodes[*input].shape == node.shape
    };
    node.inputs.iter().position(spare)
}

/// A parameter in another number format on another device.
///
/// In f32 on the CPU the weights of convolutions lie channels last, and with them every layer's output:
/// LibTorch's convolutions then need not rearrange their input and output.
fn placed(tensor: &Tensor, op: &Op, device: Device, kind: Kind) -> Result<Tensor> {
    let tensor = tensor.f_to_kind(kind)?.f_to_device(device)?;
    let convolves = match op {
        Op::Conv2d(op) => !op.is_patches(),
        Op::RectifiedScores(_) => true,
        _ => false,
    };
    let is_weight = convolves && tensor.dim() == 4;
    Ok(match (device, kind) {
        (Device::Cpu, Kind::Float) if is_weight => tensor
            .f_permute([0, 2, 3, 1])?
            .f_contiguous()?
            .f_permute([0, 3, 1, 2])?,
        _ => tensor,
    })
}

impl Network {
    /// One forward pass that also gives the values of some nodes, by their places in the order of computing.
    ///
    /// They are as the operators gave them: nothing is written over a value that is wanted.
    pub fn forward_tapped(&self, x: &Tensor, taps: &[usize]) -> Result<(Forward, Vec<Tensor>)> {
        let missing = || unfilled("the last layer");
        let (head, features) = (self.steps.len() - 1, self.features);
        let mut values = self.values(x, &[taps, &[features, head]].concat(), head)?;
        let logits = values.pop().ok_or_else(missing)?;
        let features = values.pop().ok_or_else(missing)?;
        Ok((Forward { logits, features }, values))
    }

    /// The value of one node; what follows it is not computed.
    pub(crate) fn value_at(&self, x: &Tensor, place: usize) -> Result<Tensor> {
        let mut values = self.values(x, &[place], place)?;
        values.pop().ok_or_else(|| unfilled("the operator"))
    }

    /// The values of the nodes that are wanted, computed up to `last`.
    fn values(&self, x: &Tensor, wanted: &[usize], last: usize) -> Result<Vec<Tensor>> {
        let size = x.size();
        if size.len() != 4 || size[1..] != self.input {
            return Err(Error::Shape {
                what: "the input",
                got: size,
                expected: format!("[N, {}]", sizes(&self.input)),
            });
        }
        let mut values: Vec<Option<Tensor>> = Vec::with_capacity(last + 1);
        let mut found: Vec<Option<Tensor>> = wanted.iter().map(|_| None).collect();
        for (place, step) in self.steps.iter().enumerate().take(last + 1) {
            let value = match &step.node.op {
                Op::Input => x.f_to_kind(self.kind)?,
                _ => step.forward(&mut values, wanted)?,
            };
            // A layer lets go of what the caller wants too.
            for (wanted, found) in wanted.iter().zip(&mut found) {
                if *wanted == place {
                    *found = Some(value.shallow_clone());
                }
            }
            values.push(Some(value));
        }
        let missing = || unfilled("an operator that is wanted");
        found
            .into_iter()
            .map(|value| value.ok_or_else(missing))
            .collect()
    }

    /// The first batch norm: the place of what it takes, and its running means and variances.
    pub(crate) fn first_norm(&self) -> Option<(usize, &Tensor, &Tensor)> {
        let is_norm = |step: &&Step| matches!(step.node.op, Op::BatchNorm(_));
        let norm = self.steps.iter().find(is_norm)?;
        let [_, _, mean, variance] = norm.node.tensors.as_slice() else {
            return None;
        };
        Some((norm.node.inputs[0], mean, variance))
    }
}

impl Model for Network {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        Ok(self.forward_tapped(x, &[])?.0)
    }

    fn head(&self) -> Head<'_> {
        let [weight, bias] = &self.head;
        Head {
            weight,
            bias,
            form: self.form,
        }
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn device(&self) -> Device {
        self.device
    }
}

impl Step {
    /// What it computes; values that nobody needs any more are let go.
    fn forward(&self, values: &mut [Option<Tensor>], kept: &[usize]) -> Result<Tensor> {
        let node = &self.node;
        let over = self
            .over
            .filter(|input| !kept.contains(&node.inputs[*input]));
        let own = over.and_then(|input| values[node.inputs[input]].take());
        let missing = || unfilled(&node.name);
        let value = match (&node.op, own, over) {
            (Op::Relu(op), Some(own), _) => op.forward_over(own)?,
            (Op::Add(op), Some(own), Some(over)) => {
                let other = values[node.inputs[1 - over]].as_ref().ok_or_else(missing)?;
                op.forward_over(own, other)?
            }
            (op, ..) => {
                let inputs = node.inputs.iter();
                let inputs = inputs.map(|input| values[*input].as_ref().ok_or_else(missing));
                let inputs: Vec<&Tensor> = inputs.collect::<Result<_>>()?;
                let operator = op.operator().ok_or_else(missing)?;
                operator.forward(&inputs, &node.tensors)?
            }
        };
        for (input, last) in node.inputs.iter().zip(&self.last) {
            if *last {
                values[*input] = None;
            }
        }
        Ok(value)
    }
}

/// A graph that was not built as graphs are.
fn unfilled(node: &str) -> Error {
    Error::Graph {
        node: node.to_owned(),
        reason: "has nothing to compute with".to_owned(),
    }
}

fn sizes(shape: &[i64]) -> String {
    let sizes: Vec<String> = shape.iter().map(i64::to_string).collect();
    sizes.join(", ")
}
