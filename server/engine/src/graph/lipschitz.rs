//! How sensitive a network can be: the product bound.

use super::op::Op;
use super::{Graph, Node};
use crate::error::{Error, Result};
use valleyscope_shared::theory::{LayerBound, Sensitivity};

impl Graph {
    /// At least the Lipschitz constant in ℓ2 of every node of a filled graph with respect to the image; none where no bound holds.
    ///
    /// Each operator's rule of those of its inputs; the bound of the logits is the last.
    pub fn lipschitz(&self) -> Result<Vec<Option<f64>>> {
        Ok(self.bounds(&mut |_, _| true)?.0)
    }

    /// The same by layer, and up to the features and the logits. `on` hears how many nodes of how many are done, and may stop it.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where `on` says no.
    pub fn sensitivity(&self, on: &mut dyn FnMut(usize, usize) -> bool) -> Result<Sensitivity> {
        let (bounds, layers) = self.bounds(on)?;
        let bound = |place: usize| bounds.get(place).copied().flatten();
        let features = self.nodes[self.head()].inputs.first().copied();
        // The first that has no bound though everything it takes has one.
        let first = self.nodes.iter().enumerate().find(|(place, node)| {
            bound(*place).is_none() && node.inputs.iter().all(|input| bound(*input).is_some())
        });
        Ok(Sensitivity {
            features: features.and_then(bound),
            logits: bound(self.head()),
            layers,
            unbounded: first.map(|(_, node)| node.name.clone()),
        })
    }

    /// The bound of every node, and what each layer with weights adds to it.
    fn bounds(
        &self,
        on: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<(Vec<Option<f64>>, Vec<LayerBound>)> {
        let mut bounds: Vec<Option<f64>> = Vec::with_capacity(self.nodes.len());
        let mut layers = Vec::new();
        for (place, node) in self.nodes.iter().enumerate() {
            if !on(place, self.nodes.len()) {
                return Err(Error::Cancelled);
            }
            let inputs: Vec<Option<f64>> = node.inputs.iter().map(|input| bounds[*input]).collect();
            let (bound, own) = match (&node.op, node.op.operator()) {
                (Op::Input, _) | (_, None) => (Some(1.0), None),
                (_, Some(operator)) => {
                    let rule = operator.lipschitz(&self.shapes_into(node), &node.tensors)?;
                    let alone = vec![Some(1.0); inputs.len()];
                    (rule.after(&inputs), rule.after(&alone))
                }
            };
            layers.extend(
                own.filter(|_| !node.tensors.is_empty())
                    .map(|factor| layer(node, factor, bound)),
            );
            bounds.push(bound);
        }
        Ok((bounds, layers))
    }
}

fn layer(node: &Node, factor: f64, up_to: Option<f64>) -> LayerBound {
    let kind = node.op.operator().map_or("", |operator| operator.kind());
    LayerBound {
        name: node.name.clone(),
        kind: kind.to_owned(),
        factor,
        up_to,
    }
}
