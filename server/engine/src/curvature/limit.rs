//! Limits of settings.

use crate::error::{Error, Result};

/// Refuses what is no positive number.
pub(super) fn positive(field: &'static str, value: f64) -> Result<()> {
    match value.is_finite() && value > 0.0 {
        true => Ok(()),
        false => Err(refused(
            field,
            value,
            "a positive number is right".to_owned(),
        )),
    }
}

/// Refuses what is too little.
pub(super) fn at_least(least: u32, field: &'static str, value: u32) -> Result<()> {
    match value >= least {
        true => Ok(()),
        false => Err(refused(field, value, format!("at least {least} is right"))),
    }
}

fn refused(field: &'static str, value: impl ToString, expected: String) -> Error {
    Error::Setting {
        field,
        value: value.to_string(),
        expected,
    }
}
