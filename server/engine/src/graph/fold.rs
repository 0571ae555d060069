//! The same function with fewer operators, for evaluation.

mod attention;
mod norm;

use super::{Graph, Node};
use crate::error::Result;

impl Graph {
    /// Folds what evaluation need not tell apart, in f64, so that logits change by rounding alone:
    /// batch norms into the convolutions before them or the linear layers behind them, the means of tokens before their norm,
    /// and the three linear layers of an attention into one.
    pub fn folded(mut self) -> Result<Self> {
        for place in 0..self.nodes.len() {
            norm::fold(&mut self, place)?;
        }
        for place in 0..self.nodes.len() {
            attention::join(&mut self, place)?;
            attention::scale(&mut self, place)?;
        }
        Ok(self.pruned())
    }

    /// Has those who read one node read another.
    fn redirect(&mut self, from: usize, to: usize) {
        let inputs = self.nodes.iter_mut().flat_map(|node| &mut node.inputs);
        inputs
            .filter(|input| **input == from)
            .for_each(|input| *input = to);
    }

    /// Without the nodes that the logits do not depend on; the input stays.
    fn pruned(self) -> Self {
        let mut needed = vec![false; self.nodes.len()];
        (needed[0], needed[self.head()]) = (true, true);
        for (place, node) in self.nodes.iter().enumerate().rev() {
            if needed[place] {
                node.inputs.iter().for_each(|input| needed[*input] = true);
            }
        }
        let mut now = Vec::with_capacity(needed.len());
        let mut nodes: Vec<Node> = Vec::new();
        for (node, needed) in self.nodes.into_iter().zip(needed) {
            now.push(nodes.len());
            if needed {
                let inputs = node.inputs.iter().map(|input| now[*input]).collect();
                nodes.push(Node { inputs, ..node });
            }
        }
        Self { nodes }
    }
}
