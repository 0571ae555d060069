//! A network in whose layers' weights something can be changed, for the loss as a function of them.

use super::op::Op;
use super::weighted::Weighted;
use super::{Graph, Node, Shape};
use crate::error::{Error, Result};
use tch::{Device, Kind, Tensor};

/// What a layer gives instead of what it computes: a layer's number in the list, the layer and what it takes.
///
/// Nothing leaves it as it is. A rectifier within the layer follows what is given.
pub type Change<'a> = dyn FnMut(usize, &Weighted, &Tensor) -> Result<Option<Tensor>> + 'a;

/// A network as its file has it, with nothing folded, whose operators all have second derivatives.
///
/// Batch norms use the running statistics, and nothing is written over a value.
#[derive(Debug)]
pub struct Perturbable {
    nodes: Vec<Node>,
    readers: Vec<Vec<usize>>,
    layers: Vec<Weighted>,
    device: Device,
    kind: Kind,
}

impl Perturbable {
    /// Of a filled graph.
    ///
    /// # Errors
    /// Its numbers cannot be brought to the device.
    pub fn new(mut graph: Graph, device: Device, kind: Kind) -> Result<Self> {
        let mut layers = Vec::new();
        for place in 0..graph.nodes.len() {
            layers.extend(Weighted::of(&graph, place, device, kind)?);
        }
        for node in &mut graph.nodes {
            for tensor in &mut node.tensors {
                *tensor = tensor.f_to_kind(kind)?.f_to_device(device)?;
            }
        }
        Ok(Self {
            readers: graph.readers(),
            nodes: graph.nodes,
            layers,
            device,
            kind,
        })
    }

    /// Its layers with weights, in the order in which they are computed; the last one gives the logits.
    pub fn layers(&self) -> &[Weighted] {
        &self.layers
    }

    /// The number format it computes in.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The shape of one image.
    pub fn input(&self) -> &Shape {
        &self.nodes[0].shape
    }

    /// How many numbers all operators give of one image.
    pub fn activations(&self) -> u64 {
        let count = |node: &Node| {
            let size = |shape: &[i64]| shape.iter().map(|side| side.unsigned_abs()).product();
            let own: u64 = size(&node.shape);
            let inputs: Vec<&[i64]> = node
                .inputs
                .iter()
                .map(|input| self.nodes[*input].shape.as_slice())
                .collect();
            match (&node.op, node.op.operator()) {
                // The scores and what they become.
                (Op::Attention(_) | Op::ScaledProduct(_), Some(operator)) => {
                    own + 2 * operator.work(&inputs, &node.shape).gathered
                }
                _ => own,
            }
        };
        self.nodes.iter().map(count).sum()
    }

    /// Logits `[N, K]` of pixels `[N, C, H, W]`.
    ///
    /// # Errors
    /// Pixels of another shape, and what LibTorch refuses.
    pub fn logits(&self, x: &Tensor, change: &mut Change<'_>) -> Result<Tensor> {
        let size = x.size();
        if size.len() != 4 || size[1..] != self.nodes[0].shape {
            return Err(Error::Shape {
                what: "the input",
                got: size,
                expected: format!("[N, ...] with {:?} of each image", self.nodes[0].shape),
            });
        }
        let mut values: Vec<Option<Tensor>> = Vec::with_capacity(self.nodes.len());
        for (place, node) in self.nodes.iter().enumerate() {
            let value = match &node.op {
                Op::Input => x.f_to_kind(self.kind)?,
                _ => self.value(place, size[0], &values, change)?,
            };
            for input in &node.inputs {
                if self.readers[*input].last() == Some(&place) {
                    values[*input] = None;
                }
            }
            values.push(Some(value));
        }
        values.pop().flatten().ok_or_else(|| nothing("the network"))
    }

    fn value(
        &self,
        place: usize,
        images: i64,
        values: &[Option<Tensor>],
        change: &mut Change<'_>,
    ) -> Result<Tensor> {
        let node = &self.nodes[place];
        let missing = || nothing(&node.name);
        let inputs = node.inputs.iter();
        let inputs = inputs.map(|input| values[*input].as_ref().ok_or_else(missing));
        let inputs: Vec<&Tensor> = inputs.collect::<Result<_>>()?;
        let number = self.layers.iter().position(|layer| layer.place == place);
        if let Some(number) = number {
            let layer = &self.layers[number];
            let x = shared_by(inputs[0], images)?;
            if let Some(given) = change(number, layer, &x)? {
                return finished(&node.op, given);
            }
        }
        computed(node, &inputs)
    }

    /// The first operator whose second derivative LibTorch does not have, tried on drawn numbers.
    pub(crate) fn without_second_derivative(&self) -> Option<&str> {
        let lacks = |node: &&Node| {
            let shape = |input: &usize| [&[1], self.nodes[*input].shape.as_slice()].concat();
            let shapes: Vec<Vec<i64>> = node.inputs.iter().map(shape).collect();
            let twice = || -> Result<()> {
                let options = (self.kind, self.device);
                let drawn = shapes.iter().map(|shape| {
                    let one = Tensor::f_rand(shape.as_slice(), options)?;
                    Ok(one.f_set_requires_grad(true)?)
                });
                let drawn: Vec<Tensor> = drawn.collect::<Result<_>>()?;
                let inputs: Vec<&Tensor> = drawn.iter().collect();
                let value = computed(node, &inputs)?.f_square()?.f_sum(None::<Kind>)?;
                let slopes = Tensor::f_run_backward(&[value], &inputs, true, true)?;
                let mut sum = Tensor::f_zeros([1], options)?;
                for slope in slopes.iter().filter(|slope| slope.defined()) {
                    sum = sum.f_add(&slope.f_square()?.f_sum(None::<Kind>)?)?;
                }
                Tensor::f_run_backward(&[sum], &inputs, false, false)?;
                Ok(())
            };
            !node.inputs.is_empty() && twice().is_err()
        };
        self.nodes.iter().find(lacks).map(|node| node.name.as_str())
    }
}

/// What a node computes.
fn computed(node: &Node, inputs: &[&Tensor]) -> Result<Tensor> {
    match &node.op {
        Op::ScaledProduct(op) => op.in_steps(inputs),
        other => {
            let operator = other.operator().ok_or_else(|| nothing(&node.name))?;
            operator.forward(inputs, &node.tensors)
        }
    }
}

/// A value that depends on no image is everyone's: each example then has its own.
fn shared_by(x: &Tensor, images: i64) -> Result<Tensor> {
    let mut size = x.size();
    if size.first() == Some(&images) {
        return Ok(x.shallow_clone());
    }
    if let Some(first) = size.first_mut() {
        *first = images;
    }
    Ok(x.f_expand(size, true)?)
}

/// What follows the product within the layer.
fn finished(op: &Op, given: Tensor) -> Result<Tensor> {
    match op {
        Op::RectifiedScores(_) => {
            Ok(given
                .f_relu()?
                .f_mean_dim([2i64, 3].as_slice(), false, None::<Kind>)?)
        }
        _ => Ok(given),
    }
}

fn nothing(node: &str) -> Error {
    Error::Graph {
        node: node.to_owned(),
        reason: "has nothing to compute with".to_owned(),
    }
}
