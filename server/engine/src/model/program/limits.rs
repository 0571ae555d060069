//! What a program may ask for: no description makes the machine reckon beyond its numbers or its memory.

use super::ProgramOptions;
use crate::error::{Error, Result};
use serde_json::Value;

/// More operators than any network here has.
const MOST_STEPS: usize = 20_000;

/// The largest number that an operator may be described by: products of two of them are far from the largest integer.
const LARGEST: i64 = 1 << 28;

/// The most numbers that an operator may give for one image; 1 GiB in f64.
const MOST_NUMBERS: i64 = 1 << 27;

/// Whether every number in it is one to reckon with.
pub(super) fn check(program: &ProgramOptions) -> Result<()> {
    let count = program.steps.len();
    if !(1..=MOST_STEPS).contains(&count) {
        return Err(Error::Card {
            field: "architecture.program.steps",
            value: format!("a list of {count}"),
            expected: format!("1 to {MOST_STEPS} operators are right"),
        });
    }
    for step in &program.steps {
        // As it is written down, so that no operator can be forgotten.
        let written = serde_json::to_value(&step.op).map_err(|error| Error::Json {
            what: format!("the operator {}", step.name),
            reason: error.to_string(),
        })?;
        if !is_sound(&written) {
            return Err(Error::Graph {
                node: step.name.clone(),
                reason: format!("is described by a number beyond {LARGEST}"),
            });
        }
    }
    Ok(())
}

/// Whether all integers in it are small, and all other numbers ones that f32 has.
fn is_sound(value: &Value) -> bool {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.unsigned_abs() <= LARGEST as u64,
            // LibTorch has to take it as f32 too.
            None => (number.as_f64()).is_some_and(|number| number.abs() <= f64::from(f32::MAX)),
        },
        Value::Array(values) => values.iter().all(is_sound),
        Value::Object(fields) => fields.values().all(is_sound),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// Whether a value is not too large.
pub(super) fn of_value(node: &str, shape: &[i64]) -> Result<()> {
    let mut count = Some(1i64);
    for size in shape {
        count = count.and_then(|count| count.checked_mul(*size).filter(|_| *size >= 1));
    }
    match count {
        Some(count) if shape.len() <= 8 && (1..=MOST_NUMBERS).contains(&count) => Ok(()),
        _ => Err(Error::Graph {
            node: node.to_owned(),
            reason: format!(
                "gives {shape:?}; 1 to {MOST_NUMBERS} numbers in at most 8 dimensions are right"
            ),
        }),
    }
}
