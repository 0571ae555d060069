//! The list of layers: what a network consists of.

use super::Graph;
use super::op::{Op, Role, Work};

/// One operator, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name in weights files; of operators without parameters one like it.
    pub name: String,
    /// `conv2d`, `batch_norm`.
    pub kind: &'static str,
    /// The shape of its value for one image.
    pub shape: Vec<i64>,
    /// How many numbers training adjusts.
    pub parameters: u64,
    /// What it costs on one image.
    pub work: Work,
}

impl Graph {
    /// All operators in the order in which they are computed.
    pub fn layers(&self) -> Vec<Layer> {
        let layer = |node: &super::Node| {
            let inputs = self.shapes_into(node);
            let operator = match &node.op {
                Op::Input => return None,
                other => other.operator()?,
            };
            let learned = operator.parameters(&inputs).into_iter();
            let learned = learned.filter(|parameter| parameter.role == Role::Learned);
            let count = |shape: Vec<i64>| shape.iter().map(|n| n.unsigned_abs()).product::<u64>();
            Some(Layer {
                name: node.name.clone(),
                kind: operator.kind(),
                shape: node.shape.clone(),
                parameters: learned.map(|parameter| count(parameter.shape)).sum(),
                work: operator.work(&inputs, &node.shape),
            })
        };
        self.nodes.iter().filter_map(layer).collect()
    }
}
