//! Requests to the public API, and why they may fail.
//!
//! Everything the page does goes through here, so whatever it can do, a script can.

use crate::json;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use gloo_net::http::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::Value;
use valleyscope_shared::lean::{self, FromValue};
use valleyscope_shared::problem::Problem;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The server did not answer at all.
    Offline,
    /// The server refused, and said why.
    Refused(Box<Problem>),
    /// The answer is not what was asked for.
    Unreadable(String),
}

impl Failure {
    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// What happened, for a person.
    pub fn words(&self) -> String {
        match self {
            Self::Offline => {
                "The server does not answer. Is `valleyscope serve` still running?".to_owned()
            }
            Self::Refused(problem) => problem.detail.clone(),
            Self::Unreadable(what) => format!(
                "The server's answer could not be read ({what}). Reload the page: it may be older than the server."
            ),
        }
    }
}

/// Reads a document.
pub async fn get<T: FromValue>(path: &str) -> Result<T, Failure> {
    read(text(path).await?)
}

/// Reads a text.
pub fn text(path: &str) -> LocalBoxFuture<'static, Result<String, Failure>> {
    send(Method::GET, path, None, None)
}

/// Posts a document, or nothing, and reads the answer.
pub async fn post<T: FromValue>(path: &str, body: Option<String>) -> Result<T, Failure> {
    read(send(Method::POST, path, body, None).await?)
}

/// Posts a document under a key, so that asking twice makes one.
pub async fn create<T: FromValue>(
    path: &str,
    body: Option<String>,
    key: &str,
) -> Result<T, Failure> {
    read(send(Method::POST, path, body, Some(key)).await?)
}

/// Deletes a resource.
pub async fn delete(path: &str) -> Result<(), Failure> {
    send(Method::DELETE, path, None, None).await.map(drop)
}

/// A document as a request's body.
pub fn body(document: &impl Serialize) -> Option<String> {
    serde_json::to_value(document)
        .ok()
        .map(|value| json::write(&value))
}

/// A key that no other request has.
pub fn fresh_key() -> String {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}{:08x}{:08x}", part(), part(), part(), part())
}

/// Reads a document from its text.
pub fn read<T: FromValue>(text: String) -> Result<T, Failure> {
    lean::read(&value(&text)?).map_err(unreadable)
}

fn value(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::Unreadable(error.to_string())
}

/// Boxed, so that every caller's state machine is small.
fn send(
    method: Method,
    path: &str,
    body: Option<String>,
    key: Option<&str>,
) -> LocalBoxFuture<'static, Result<String, Failure>> {
    let mut request = RequestBuilder::new(path)
        .method(method)
        .header("accept", "application/json, text/*;q=0.9");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body),
        None => request.build(),
    };
    async move {
        let request = request.map_err(|error| Failure::Unreadable(error.to_string()))?;
        let response = request.send().await.map_err(|_| Failure::Offline)?;
        let text = response.text().await.map_err(|_| Failure::Offline)?;
        match response.ok() {
            true => Ok(text),
            false => Err(refusal(response.status(), text)),
        }
    }
    .boxed_local()
}

/// A proxy between us and the server may answer without a problem document.
fn refusal(status: u16, text: String) -> Failure {
    let problem = read(text).unwrap_or_else(|_| {
        let detail = format!("The server answered with status {status}.");
        Problem::new("status", status, "Refused", detail)
    });
    Failure::Refused(Box::new(problem))
}
