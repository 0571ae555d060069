//! How sensitive a network can be: the product bound.

use super::Graph;
use super::op::Op;
use crate::error::Result;

impl Graph {
    /// At least the Lipschitz constant in ℓ2 of every node of a filled graph with respect to the image; none where no bound holds.
    ///
    /// Each operator's rule of those of its inputs; the bound of the logits is the last.
    pub fn lipschitz(&self) -> Result<Vec<Option<f64>>> {
        let mut bounds: Vec<Option<f64>> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let inputs: Vec<Option<f64>> = node.inputs.iter().map(|input| bounds[*input]).collect();
            bounds.push(match (&node.op, node.op.operator()) {
                (Op::Input, _) | (_, None) => Some(1.0),
                (_, Some(operator)) => operator
                    .lipschitz(&self.shapes_into(node), &node.tensors)?
                    .after(&inputs),
            });
        }
        Ok(bounds)
    }
}
