//! Queries whose errors are problem documents; fields that no one knows are refused.

use crate::failure::Failure;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The query of a request.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => {
                let text = rejection.body_text();
                let text = text
                    .strip_prefix("Failed to deserialize query string: ")
                    .unwrap_or(&text);
                // The extractor writes "field: reason" where it knows the field.
                let (path, reason) = match text.split_once(": ") {
                    Some((path, reason)) if !path.contains(' ') => (path, reason),
                    _ => ("", text),
                };
                Err(Failure::field(path, reason))
            }
        }
    }
}
