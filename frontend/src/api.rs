//! Requests to the public API, and why they may fail.
//!
//! Everything the page does goes through here, so whatever it can do, a script can.

mod abort;
mod upload;

use crate::base::at;
use abort::Abort;
use futures_util::future::join_all;
use gloo_net::http::{Method, RequestBuilder, Response};
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Deref;
pub use upload::{Upload, upload};
use valleyscope_shared::problem::Problem;
use web_sys::RequestInit;

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

/// A document that is fetched; nothing until the first answer.
pub struct Document<T: 'static> {
    answer: RwSignal<Option<Answer<T>>, LocalStorage>,
    again: RwSignal<()>,
}

impl<T> Copy for Document<T> {}

impl<T> Clone for Document<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Deref for Document<T> {
    type Target = RwSignal<Option<Answer<T>>, LocalStorage>;

    fn deref(&self) -> &Self::Target {
        &self.answer
    }
}

impl<T> Document<T> {
    /// Looks at the document, where there is one.
    pub fn ready<U>(self, look: impl FnOnce(&T) -> U) -> Option<U> {
        self.answer
            .with(|answer| answer.as_ref()?.as_ref().ok().map(look))
    }

    /// Asks again.
    pub fn refetch(self) {
        self.again.notify();
    }
}

/// The document at `path`: fetched now and again whenever the path changes, not while there is none.
///
/// The former document stays until the next is there, so a changed setting does not make a figure flash.
/// A question is dropped as soon as there is another; Leptos's resource would wait for its answer first.
pub fn document<T>(path: impl Fn() -> Option<String> + 'static) -> Document<T>
where
    T: DeserializeOwned + 'static,
{
    ask_for(move || {
        let path = path()?;
        Some(async move { get(&path).await })
    })
}

/// As [`document`], for several documents of one kind that are shown together; those that cannot be had are left out,
/// and only where none can be had there is a failure.
pub fn documents<T>(paths: impl Fn() -> Vec<String> + 'static) -> Document<Vec<T>>
where
    T: DeserializeOwned + 'static,
{
    ask_for(move || {
        let paths = paths();
        Some(async move {
            let answers = join_all(paths.iter().map(|path| get(path))).await;
            let (known, failed): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
            match (known.is_empty(), failed.into_iter().next()) {
                (true, Some(failure)) => failure.map(|document: T| vec![document]),
                _ => Ok(known.into_iter().flatten().collect()),
            }
        })
    })
}

/// The text of this kind at `path`, under the same rules as a [`document`].
pub fn text(kind: &'static str, path: impl Fn() -> Option<String> + 'static) -> Document<String> {
    ask_for(move || {
        let path = path()?;
        Some(async move {
            let request = ask(Method::GET, &path).header("accept", kind);
            text_of(request.send().await).await
        })
    })
}

fn ask_for<T, Question>(question: impl Fn() -> Option<Question> + 'static) -> Document<T>
where
    T: 'static,
    Question: Future<Output = Answer<T>> + 'static,
{
    let answer = RwSignal::new_local(None);
    let again = RwSignal::new(());
    Effect::new(move || {
        again.track();
        let Some(question) = question() else { return };
        spawn_local_scoped_with_cancellation(async move {
            answer.set(Some(question.await));
        });
    });
    Document { answer, again }
}

/// Reads a document.
pub async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    let abort = Abort::new();
    let request = ask(Method::GET, path).abort_signal(abort.signal().as_ref());
    read(&text_of(request.send().await).await?)
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

/// Changes a resource; what it is now.
pub async fn change<T: DeserializeOwned>(path: &str, document: &impl Serialize) -> Answer<T> {
    submit(ask(Method::PATCH, path), document).await
}

/// Deletes a resource in such a way that it outlives the page; nobody is left to hear the answer.
pub fn delete_at_last(path: &str) {
    let request = RequestInit::new();
    request.set_method("DELETE");
    // web-sys has no word for it.
    let kept = js_sys::Reflect::set(&request, &"keepalive".into(), &true.into());
    if kept.is_ok() {
        let _ = window().fetch_with_str_and_init(&at(path), &request);
    }
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
    RequestBuilder::new(&at(path))
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
