//! Giving a network its numbers.

use super::Graph;
use super::op::{Op, Role};
use crate::error::Result;
use crate::model::Naming;
use crate::model::weights::{TensorSource, Weights};

impl Graph {
    /// Takes every parameter and statistic, in f64, from a weights file: `NODE.weight`, `NODE.running_mean`,
    /// as the file names them. The nodes are then called as they are there.
    ///
    /// What is missing or misshapen is told by [`Weights::finish`].
    pub(crate) fn fill(&mut self, source: &mut Weights<'_>, naming: &Naming) -> Result<()> {
        for place in 0..self.nodes.len() {
            let node = &self.nodes[place];
            let parameters = node.op.parameters(&self.shapes_into(node));
            let mut tensors = Vec::with_capacity(parameters.len());
            for parameter in parameters {
                let own = parameter.of(&node.name);
                let name = naming.of(&own);
                tensors.push(match parameter.role {
                    Role::Learned => source.take(&name, &parameter.shape)?,
                    Role::Mean => source.take_statistic(&name, &parameter.shape)?,
                    Role::Variance => source.take_variance(&name, &parameter.shape)?,
                });
            }
            match &node.op {
                // A counter of training batches, which evaluation has no use for.
                Op::BatchNorm(_) => {
                    let counter = format!("{}.num_batches_tracked", node.name);
                    source.ignore(&naming.of(&counter));
                }
                Op::Normalise(normalise) => tensors = normalise.constants()?,
                _ => {}
            }
            self.nodes[place].tensors = tensors;
        }
        for node in &mut self.nodes {
            node.name = naming.of(&node.name).into_owned();
        }
        Ok(())
    }

    /// The names and shapes of all parameters and statistics, by the graph's own names.
    pub(crate) fn tensors(&self) -> Vec<(String, Vec<i64>)> {
        let of = |node: &super::Node| {
            let parameters = node.op.parameters(&self.shapes_into(node)).into_iter();
            let named = parameters.map(|parameter| (parameter.of(&node.name), parameter.shape));
            named.collect::<Vec<_>>()
        };
        self.nodes.iter().flat_map(of).collect()
    }

    /// The ε of the batch norms, each once.
    pub(crate) fn epsilons(&self) -> Vec<f64> {
        let mut all: Vec<f64> = Vec::new();
        for node in &self.nodes {
            if let Op::BatchNorm(norm) = &node.op
                && !all.contains(&norm.epsilon)
            {
                all.push(norm.epsilon);
            }
        }
        all
    }

    /// Gives all batch norms this ε.
    pub(crate) fn set_epsilon(&mut self, epsilon: f64) {
        for node in &mut self.nodes {
            if let Op::BatchNorm(norm) = &mut node.op {
                norm.epsilon = epsilon;
            }
        }
    }
}
