//! Queries, keys and values of one input: one linear layer instead of three.

use crate::error::Result;
use crate::graph::op::{Attention, Linear, Op};
use crate::graph::{Graph, Node};
use tch::Tensor;

/// Joins the layers before the attention at this place, if there is one and they are such.
pub fn join(graph: &mut Graph, place: usize) -> Result<()> {
    let node = &graph.nodes[place];
    let (Op::Attention(op), &[query, key, value]) = (&node.op, node.inputs.as_slice()) else {
        return Ok(());
    };
    let by = match op.scaled {
        true => 1.0,
        false => op.scale(node.shape[1]),
    };
    let parts = [query, key, value];
    let readers = graph.readers();
    let input = graph.nodes[query].inputs.clone();
    let alike = |part: &usize| {
        let node = &graph.nodes[*part];
        let linear = matches!(node.op, Op::Linear(Linear { bias: true, .. }));
        linear && node.inputs == input && readers[*part].len() == 1
    };
    if query == key || key == value || !parts.iter().all(alike) {
        return Ok(());
    }
    let width = node.shape[1];
    let heads = op.heads;
    let joined = |tensor: usize| -> Result<Tensor> {
        let of = |part: usize| &graph.nodes[part].tensors[tensor];
        let scaled = of(query).f_mul_scalar(by)?;
        Ok(Tensor::f_cat(&[&scaled, of(key), of(value)], 0)?)
    };
    let tensors = vec![joined(0)?, joined(1)?];
    let mut shape = graph.nodes[value].shape.clone();
    shape[1] = 3 * width;
    let names = parts.map(|part| graph.nodes[part].name.clone());
    // In the place of the last of them, behind all that it takes.
    let last = query.max(key).max(value);
    graph.nodes[last] = Node {
        name: names.join("+"),
        op: Op::Linear(Linear {
            out: 3 * width,
            bias: true,
        }),
        inputs: input,
        shape,
        tensors,
    };
    graph.nodes[place].op = Op::Attention(Attention {
        heads,
        joined: true,
        scaled: true,
    });
    graph.nodes[place].inputs = vec![last];
    Ok(())
}

/// Puts the 1/√d of the attention at this place into the linear layer before it, which gives queries, keys and values.
pub fn scale(graph: &mut Graph, place: usize) -> Result<()> {
    let (op, before) = match &graph.nodes[place] {
        Node {
            op:
                Op::Attention(
                    op @ Attention {
                        joined: true,
                        scaled: false,
                        ..
                    },
                ),
            inputs,
            ..
        } => (op.clone(), inputs[0]),
        _ => return Ok(()),
    };
    let alone = graph.readers()[before].len() == 1;
    if !alone || !matches!(graph.nodes[before].op, Op::Linear(_)) {
        return Ok(());
    }
    let width = graph.nodes[place].shape[1];
    let by = op.scale(width);
    let scaled = |tensor: &Tensor| -> Result<Tensor> {
        let queries = tensor.f_narrow(0, 0, width)?.f_mul_scalar(by)?;
        Ok(Tensor::f_cat(
            &[queries, tensor.f_narrow(0, width, 2 * width)?],
            0,
        )?)
    };
    let tensors = graph.nodes[before].tensors.iter().map(scaled);
    graph.nodes[before].tensors = tensors.collect::<Result<_>>()?;
    graph.nodes[place].op = Op::Attention(Attention { scaled: true, ..op });
    Ok(())
}
