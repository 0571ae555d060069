//! Requests to the public API, and why they may fail.
//!
//! Everything the page does goes through here, so whatever it can do, a script can.

use futures_util::StreamExt;
use gloo_net::http::{Method, RequestBuilder, Response};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::pending;
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

/// A document, or why there is none.
pub type Answer<T> = Result<T, Failure>;

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

/// The document at `path`: fetched now and again whenever the path changes, not while there is none.
///
/// The former document stays until the next is there, so a changed setting does not make a figure flash.
pub fn document<T>(
    path: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> LocalResource<Answer<T>>
where
    T: DeserializeOwned + 'static,
{
    let path = Signal::derive(path);
    LocalResource::new(move || async move {
        awaited(path).await;
        // Read in here it is followed from here on, so that its next change asks again.
        match path.try_get().flatten() {
            Some(path) => get(&path).await,
            None => pending().await,
        }
    })
}

/// Comes back once there is a path. A resource begins nothing anew before it has what it waits for, so it must not wait for ever.
async fn awaited(path: Signal<Option<String>>) {
    // Neither where it is there nor where whoever asked is gone.
    if path.try_get_untracked() != Some(None) {
        return;
    }
    let mut paths = path.to_stream();
    while let Some(path) = paths.next().await {
        if path.is_some() {
            return;
        }
    }
}

/// Reads a document.
pub async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    read(&text(path).await?)
}

/// Reads a text.
pub async fn text(path: &str) -> Answer<String> {
    text_of(ask(Method::GET, path).send().await).await
}

/// Posts nothing, and reads the answer.
pub async fn post<T: DeserializeOwned>(path: &str) -> Answer<T> {
    read(&text_of(ask(Method::POST, path).send().await).await?)
}

/// Posts a document, and reads the answer.
pub async fn send<T: DeserializeOwned>(path: &str, document: &impl Serialize) -> Answer<T> {
    submit(ask(Method::POST, path), document).await
}

/// Posts a document under a key that no other request has, so that asking twice makes one.
pub async fn create<T: DeserializeOwned>(path: &str, document: &impl Serialize) -> Answer<T> {
    let key = fresh_key();
    submit(
        ask(Method::POST, path).header("idempotency-key", &key),
        document,
    )
    .await
}

/// Deletes a resource.
pub async fn delete(path: &str) -> Answer<()> {
    text_of(ask(Method::DELETE, path).send().await)
        .await
        .map(drop)
}

/// Reads a document from its text; what does not fit is named by its place.
pub fn read<T: DeserializeOwned>(text: &str) -> Answer<T> {
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(unreadable)
}

fn ask(method: Method, path: &str) -> RequestBuilder {
    RequestBuilder::new(path)
        .method(method)
        .header("accept", "application/json, text/*;q=0.9")
}

async fn submit<T: DeserializeOwned>(
    request: RequestBuilder,
    document: &impl Serialize,
) -> Answer<T> {
    let request = request.json(document).map_err(unreadable)?;
    read(&text_of(request.send().await).await?)
}

async fn text_of(response: Result<Response, gloo_net::Error>) -> Answer<String> {
    let response = response.map_err(|_| Failure::Offline)?;
    let text = response.text().await.map_err(|_| Failure::Offline)?;
    match response.ok() {
        true => Ok(text),
        false => Err(refusal(response.status(), &text)),
    }
}

/// A proxy between us and the server may answer without a problem document.
fn refusal(status: u16, text: &str) -> Failure {
    let problem = read(text).unwrap_or_else(|_| {
        let detail = format!("The server answered with status {status}.");
        Problem::new("status", status, "Refused", detail)
    });
    Failure::Refused(Box::new(problem))
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::Unreadable(error.to_string())
}

fn fresh_key() -> String {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}{:08x}{:08x}", part(), part(), part(), part())
}

#[cfg(test)]
mod tests {
    use super::*;
    use valleyscope_shared::spec::RunSpec;

    #[test]
    fn what_does_not_fit_is_named_by_its_place() {
        let text = r#"{"model": "m", "data": {"set": 7}, "attack": {"pgd": {}}}"#;
        let Err(Failure::Unreadable(words)) = read::<RunSpec>(text) else {
            panic!("it is read");
        };
        assert!(words.starts_with("data.set: "), "{words}");
    }
}
