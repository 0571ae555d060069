//! Operators that a file writes as several.
//!
//! Each pattern is looked for at its last step, which then does the work of all; the others are pruned where nothing else needs them.

mod gated;
mod gelu;
mod layer_norm;
mod linear;

use crate::op::Op;
use crate::program::Step;
use crate::tensor::TensorData;
use std::collections::BTreeMap;

/// Tensors by name.
type Tensors = BTreeMap<String, TensorData>;

/// What a step becomes: an operator on other steps.
type Fused = (Op, Vec<usize>);

/// Rewrites steps that end a pattern. Only steps before are looked at, which were rewritten already.
pub(crate) fn fuse(steps: &mut [Step], tensors: &Tensors) {
    let mut uses = vec![0usize; steps.len()];
    for step in steps.iter() {
        for input in &step.inputs {
            uses[*input] += 1;
        }
    }
    for place in 0..steps.len() {
        if let Some(product) = linear::bias(steps, tensors, place, &uses) {
            // The layer is known by the name of its product, whose step goes.
            let (before, after) = steps.split_at_mut(place);
            std::mem::swap(&mut before[product].name, &mut after[0].name);
            continue;
        }
        // What is fused may end another pattern: a clamp that is part of a gate.
        for _ in 0..3 {
            let fused = gated::clamp(steps, place)
                .or_else(|| gated::hard_sigmoid(steps, place))
                .or_else(|| gated::gate(steps, place))
                .or_else(|| gelu::gelu(steps, place))
                .or_else(|| layer_norm::layer_norm(steps, tensors, place));
            let Some((op, inputs)) = fused else { break };
            steps[place].op = op;
            steps[place].inputs = inputs;
        }
    }
}

/// Whether two numbers are the same but for rounding to f32.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs().max(1e-30)
}

/// The only step that a step takes.
fn input(step: &Step) -> Option<usize> {
    match step.inputs.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}
