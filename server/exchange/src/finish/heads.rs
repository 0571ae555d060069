//! Two last layers whose logits are added or averaged, as those of distilled transformers for the class and the distillation token.
//!
//! `s (W₁ φ₁ + b₁ + W₂ φ₂ + b₂) = [W₁ W₂] (s [φ₁ φ₂]) + s (b₁ + b₂)`: one linear layer of one row of features, whose weights are the file's own.

use crate::fold::arrange::concat;
use crate::fold::number;
use crate::op::Op;
use crate::program::Step;
use crate::tensor::{DType, TensorData};
use std::collections::BTreeMap;

/// Tensors by name.
type Tensors = BTreeMap<String, TensorData>;

/// What is there of two layers whose sum, times a number, are the logits.
struct Pair {
    layers: [usize; 2],
    sum: usize,
    scale: f64,
}

/// Rewrites the end of a program where it is two linear layers, so that it is one. Steps that are no longer needed stay.
pub(super) fn join(steps: &mut [Step], tensors: &mut Tensors) {
    if let Some(pair) = find(steps)
        && let Some(op) = joined(steps, tensors, &pair)
    {
        write(steps, &pair, op);
    }
}

/// `s (W₁ φ₁ + W₂ φ₂)` at the end, each layer read by the sum alone and both of one row of features.
fn find(steps: &[Step]) -> Option<Pair> {
    let last = steps.len().checked_sub(1)?;
    let (sum, scale) = match (&steps[last].op, steps[last].inputs.as_slice()) {
        (Op::MulScalar { value }, [sum]) => (*sum, *value),
        (Op::DivScalar { value }, [sum]) if *value != 0.0 => (*sum, 1.0 / value),
        _ => (last, 1.0),
    };
    let (Op::Add, [one, other]) = (&steps[sum].op, steps[sum].inputs.as_slice()) else {
        return None;
    };
    let mut layers = [*one, *other];
    layers.sort_unstable();
    let is_layer = |place: usize| {
        let users = steps.iter().flat_map(|step| &step.inputs);
        let step = &steps[place];
        matches!(step.op, Op::Linear { .. })
            && step.shape.len() == 1
            && steps[step.inputs[0]].shape.len() == 1
            && users.filter(|input| **input == place).count() == 1
    };
    let fits = layers.into_iter().all(is_layer) && steps[layers[0]].shape == steps[layers[1]].shape;
    fits.then_some(Pair { layers, sum, scale })
}

/// The one layer; its tensors are kept.
fn joined(steps: &[Step], tensors: &mut Tensors, pair: &Pair) -> Option<Op> {
    let of = |place: usize| match &steps[place].op {
        Op::Linear { weight, bias } => Some((weight, bias.as_ref())),
        _ => None,
    };
    let [one, other] = [of(pair.layers[0])?, of(pair.layers[1])?];
    let parts = [tensors.get(one.0)?.clone(), tensors.get(other.0)?.clone()];
    let weight = concat(&parts, 1).ok()?;
    let name = format!("{}, {}", one.0, other.0);
    let biases: Option<Vec<&TensorData>> = [one.1, other.1]
        .into_iter()
        .flatten()
        .map(|bias| tensors.get(bias))
        .collect();
    // Sums of numbers in single precision are none of that precision.
    let mut sum: Option<Vec<f64>> = None;
    for bias in biases? {
        let scaled = number::numbers(bias).into_iter().map(|b| b * pair.scale);
        sum = Some(match sum {
            None => scaled.collect(),
            Some(sum) => sum.into_iter().zip(scaled).map(|(a, b)| a + b).collect(),
        });
    }
    let bias = sum.map(|sum| {
        let name = format!("{name}: bias");
        let shape = [sum.len() as i64];
        (
            name.clone(),
            number::tensor(&name, DType::F64, &shape, &sum),
        )
    });
    let bias_name = bias.as_ref().map(|(name, _)| name.clone());
    let names = [Some(&name), bias_name.as_ref()];
    if names
        .into_iter()
        .flatten()
        .any(|name| tensors.contains_key(name))
    {
        return None;
    }
    tensors.extend(bias);
    let weight = TensorData {
        name: name.clone(),
        ..weight
    };
    tensors.insert(name.clone(), weight);
    Some(Op::Linear {
        weight: name,
        bias: bias_name,
    })
}

/// The features behind each other, times the number, and the layer, each in the place of a step that goes.
fn write(steps: &mut [Step], pair: &Pair, layer: Op) {
    let [first, second] = pair.layers;
    let last = steps.len() - 1;
    let rows = [steps[first].inputs[0], steps[second].inputs[0]];
    let width = rows.iter().map(|row| steps[*row].shape[0]).sum();
    // The layer is known by the name of the first, whose step goes.
    let name = steps[first].name.clone();
    steps[first].name = std::mem::replace(&mut steps[last].name, name);
    let row = Step {
        name: steps[second].name.clone(),
        op: Op::Concat { dim: 0 },
        inputs: rows.to_vec(),
        shape: vec![width],
    };
    steps[second] = row;
    let mut features = second;
    if pair.sum != last {
        steps[pair.sum].op = Op::MulScalar { value: pair.scale };
        steps[pair.sum].inputs = vec![second];
        steps[pair.sum].shape = vec![width];
        features = pair.sum;
    }
    steps[last].op = layer;
    steps[last].inputs = vec![features];
}
