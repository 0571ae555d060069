//! Batch norms in evaluation: a scale and a shift per channel, which a neighbour can do.

use crate::error::Result;
use crate::graph::Graph;
use crate::graph::op::{Conv2d, Linear, Op};
use tch::Tensor;

/// Folds the batch norm at this place, if there is one, into a neighbour that allows it.
pub fn fold(graph: &mut Graph, place: usize) -> Result<()> {
    let node = &graph.nodes[place];
    let Op::BatchNorm(norm) = node.op.clone() else {
        return Ok(());
    };
    let before = node.inputs[0];
    let scale_and_shift = norm.scale_and_shift(&node.tensors)?;
    let readers = graph.readers();
    // A convolution gives channels first.
    if !norm.last
        && readers[before].len() == 1
        && behind_convolution(graph, before, &scale_and_shift)?
    {
        graph.redirect(place, before);
        return Ok(());
    }
    // Never into the last layer: what it takes are the features, and they stay what they are.
    let linear = |reader: &usize| {
        let is_linear = matches!(graph.nodes[*reader].op, Op::Linear(_));
        is_linear && *reader != graph.head()
    };
    let tokens_or_row = norm.last || graph.nodes[before].shape.len() == 1;
    if tokens_or_row && !readers[place].is_empty() && readers[place].iter().all(linear) {
        for reader in &readers[place] {
            before_linear(graph, *reader, &scale_and_shift)?;
        }
        graph.redirect(place, before);
        return Ok(());
    }
    // The norm is linear, so the mean may come first.
    if let ([reader], true) = (readers[place].as_slice(), norm.last)
        && matches!(graph.nodes[*reader].op, Op::MeanTokens(_))
    {
        let reader = *reader;
        graph.nodes.swap(place, reader);
        graph.nodes[place].inputs = vec![before];
        graph.nodes[reader].inputs = vec![place];
        graph.nodes[reader].shape = graph.nodes[place].shape.clone();
        return fold(graph, reader);
    }
    Ok(())
}

/// weight' = scale · weight and bias' = shift + scale · bias, if this is a convolution.
fn behind_convolution(
    graph: &mut Graph,
    place: usize,
    [scale, shift]: &[Tensor; 2],
) -> Result<bool> {
    let node = &mut graph.nodes[place];
    let Op::Conv2d(op) = &node.op else {
        return Ok(false);
    };
    let weight = node.tensors[0].f_mul(&scale.f_view([-1, 1, 1, 1])?)?;
    let bias = match node.tensors.get(1) {
        Some(bias) => shift.f_add(&scale.f_mul(bias)?)?,
        None => shift.shallow_clone(),
    };
    node.op = Op::Conv2d(Conv2d {
        bias: true,
        ..op.clone()
    });
    node.tensors = vec![weight, bias];
    Ok(true)
}

/// weight' = weight · diag(scale) and bias' = bias + weight · shift.
fn before_linear(graph: &mut Graph, place: usize, [scale, shift]: &[Tensor; 2]) -> Result<()> {
    let node = &mut graph.nodes[place];
    let Op::Linear(op) = &node.op else {
        return Ok(());
    };
    let added = node.tensors[0].f_mv(shift)?;
    let bias = match node.tensors.get(1) {
        Some(bias) => bias.f_add(&added)?,
        None => added,
    };
    node.op = Op::Linear(Linear {
        bias: true,
        ..op.clone()
    });
    node.tensors = vec![node.tensors[0].f_mul(scale)?, bias];
    Ok(())
}
