//! What the engine's tests share.

pub mod attacks;
pub mod models;
pub mod run;
pub mod schedule;
pub mod subject;

use serde_json::Value;
use std::path::Path;

pub fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A number that golden files write as a string of 15 digits, or as a number.
pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or_else(|| panic!("{value} is not a number"))
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

/// Rows of a matrix, one after another.
pub fn matrix(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().flat_map(numbers).collect()
}

/// Relative agreement; a golden zero must be met exactly.
pub fn assert_close(got: f64, want: f64, relative: f64, what: &str) {
    if want == 0.0 {
        assert_eq!(got, 0.0, "{what}");
    } else {
        assert!(
            (got / want - 1.0).abs() <= relative,
            "{what}: {got} instead of {want}"
        );
    }
}
