//! Errors on their way out: one problem document, whatever went wrong.

use crate::discreet::without_folders;
use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use valleyscope_shared::chart::BadOption;
use valleyscope_shared::problem::{FieldError, Problem};

/// The content type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An answer that is a problem.
#[derive(Debug)]
pub struct Failure(pub Problem);

/// What a handler gives back.
pub type Answer<T> = Result<T, Failure>;

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if !error.is_full() {
            tracing::error!(%error, "the store failed: {error}");
        }
        Self(error.into())
    }
}

impl From<crate::kept::KeptError> for Failure {
    fn from(error: crate::kept::KeptError) -> Self {
        tracing::error!(%error, "kept iterates could not be read: {error}");
        Self(error.into())
    }
}

impl Failure {
    /// Status 404: there is no run with this id.
    pub fn no_run(id: &str) -> Self {
        let shown: String = id.chars().take(40).collect();
        Self(Problem::not_found(format!("there is no run \"{shown}\"")))
    }

    /// Status 422: a figure cannot be drawn as it is asked for.
    pub fn option(wrong: BadOption) -> Self {
        Self::field(wrong.field, wrong.message)
    }

    /// Status 422: one field of the request is wrong.
    pub fn field(path: &str, message: impl Into<String>) -> Self {
        Self(Problem::invalid(vec![FieldError {
            path: path.to_owned(),
            message: message.into(),
        }]))
    }
}

impl IntoResponse for Failure {
    fn into_response(mut self) -> Response {
        // What fails inside may name this machine's folders, which are nobody's business.
        if self.0.status >= 500 {
            self.0.detail = without_folders(&self.0.detail);
        }
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let busy = self.0.kind == "/problems/busy";
        let mut response = (status, Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        // A run takes seconds to minutes, and so does a download; ten seconds is a friendly time to ask again.
        if status == StatusCode::TOO_MANY_REQUESTS || busy {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
        }
        response
    }
}
