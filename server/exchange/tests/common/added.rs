//! What a program adds to its image.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use valleyscope_exchange::{Op, Program};

/// The numbers of its first constant.
pub fn constant(program: &Program) -> Vec<f32> {
    let name = program.steps.iter().find_map(|step| match &step.op {
        Op::Constant { tensor } => Some(tensor),
        _ => None,
    });
    let numbers = program.tensors[name.unwrap()].bytes.chunks_exact(4);
    numbers
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}
