//! Errors as data: RFC 9457 problem details with the fields they concern.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where: a path such as `attack.pgd.epsilon`.
    pub path: String,
    /// What is wrong, with the value given and what would be right.
    pub message: String,
}

/// A problem document (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable name of the kind of problem, relative to the API: `/problems/invalid-run`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words; the same for every problem of this kind.
    pub title: String,
    /// The HTTP status that goes with it.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The fields at fault, if the problem is about fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// A problem of the given kind, which is the last part of its type: `not-found`.
    pub fn new(kind: &str, status: u16, title: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// Status 422: a run, or another document, whose fields do not hold.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] if one.path.is_empty() => one.message.clone(),
            [one] => format!("{}: {}", one.path, one.message),
            many => format!("{} fields need attention", many.len()),
        };
        Self {
            errors,
            ..Self::new("invalid", 422, "The request has invalid fields", detail)
        }
    }

    /// Status 404: there is no such thing.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::new("not-found", 404, "Not found", what)
    }

    /// Status 500: our fault; the detail is fit for a person to read.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(
            "internal",
            500,
            "Something went wrong inside Valleyscope",
            detail,
        )
    }

    /// A run that failed in the engine: an error, a panic, too little memory.
    pub fn run_failed(detail: impl Into<String>) -> Self {
        Self::new("run-failed", 500, "The run failed", detail)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.title, self.detail)?;
        if self.errors.len() > 1 {
            for error in &self.errors {
                write!(formatter, "\n  {}: {}", error.path, error.message)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
