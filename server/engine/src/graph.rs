//! A network as data: operators in the order in which they are computed, each with its parameters by name.
//!
//! A family of [`crate::model`] builds one ([`Builder`]), the weights of a file fill it ([`Graph::fill`]), passes rewrite it
//! ([`Graph::folded`]), and [`Network`] computes it. Shapes are those of one image, without the batch.

mod build;
mod fill;
mod fold;
mod layer;
mod learn;
mod lipschitz;
pub mod op;
mod perturbable;
mod piecewise;
mod run;
mod weighted;

pub use build::{Builder, Place};
pub use layer::Layer;
pub use learn::{Learner, Mode, Start};
pub use perturbable::{Change, Perturbable};
pub use run::Network;
pub use weighted::Weighted;

use op::Op;
use tch::Tensor;

/// The sizes of one image's value: `[C, H, W]`, `[D]`.
pub type Shape = Vec<i64>;

/// A network.
#[derive(Debug)]
pub struct Graph {
    /// In the order in which they are computed: the first is the input, the last the linear layer that gives the logits.
    nodes: Vec<Node>,
}

/// One operator with what it takes.
#[derive(Debug)]
struct Node {
    /// Its name in weights files, such as `layer1.0.conv1`; of operators without parameters a name like it.
    name: String,
    op: Op,
    /// The nodes whose values it takes; all before it.
    inputs: Vec<usize>,
    /// The shape of its value.
    shape: Shape,
    /// Its parameters and statistics in the order of [`Op::parameters`]; none before it is filled.
    tensors: Vec<Tensor>,
}

impl Graph {
    /// The last layer's place.
    fn head(&self) -> usize {
        self.nodes.len() - 1
    }

    /// The nodes that take each node's value.
    fn readers(&self) -> Vec<Vec<usize>> {
        let mut readers = vec![Vec::new(); self.nodes.len()];
        for (place, node) in self.nodes.iter().enumerate() {
            for input in &node.inputs {
                readers[*input].push(place);
            }
        }
        readers
    }

    /// The shapes of what a node takes.
    fn shapes_into(&self, node: &Node) -> Vec<&[i64]> {
        let shape = |input: &usize| self.nodes[*input].shape.as_slice();
        node.inputs.iter().map(shape).collect()
    }
}

#[cfg(test)]
mod tests;
