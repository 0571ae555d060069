//! Giving a network its numbers.

use super::Graph;
use super::op::{Op, Role};
use crate::error::Result;
use crate::model::weights::{TensorSource, Weights};

impl Graph {
    /// Takes every parameter and statistic, in f64, from a weights file: `NODE.weight`, `NODE.running_mean`.
    ///
    /// What is missing or misshapen is told by [`Weights::finish`].
    pub(crate) fn fill(&mut self, source: &mut Weights<'_>) -> Result<()> {
        for place in 0..self.nodes.len() {
            let node = &self.nodes[place];
            let parameters = node.op.parameters(&self.shapes_into(node));
            let mut tensors = Vec::with_capacity(parameters.len());
            for parameter in parameters {
                let name = match parameter.name {
                    "" => node.name.clone(),
                    own => format!("{}.{own}", node.name),
                };
                tensors.push(match parameter.role {
                    Role::Learned => source.take(&name, &parameter.shape)?,
                    Role::Mean => source.take_statistic(&name, &parameter.shape)?,
                    Role::Variance => source.take_variance(&name, &parameter.shape)?,
                });
            }
            match &node.op {
                // A counter of training batches, which evaluation has no use for.
                Op::BatchNorm(_) => source.ignore(&format!("{}.num_batches_tracked", node.name)),
                Op::Normalise(normalise) => tensors = normalise.constants()?,
                _ => {}
            }
            self.nodes[place].tensors = tensors;
        }
        Ok(())
    }
}
