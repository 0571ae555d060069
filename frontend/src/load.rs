//! Something that is being fetched, is there, or failed.

use crate::api::{self, Failure};
use crate::lean::effect;
use crate::signal::{RwSignal, StoredValue};
use leptos::task::spawn_local;
use std::rc::Rc;
use valleyscope_shared::lean::FromValue;

/// What a page knows of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Load<T> {
    /// No answer yet.
    #[default]
    Waiting,
    /// The document.
    Ready(T),
    /// No document, and why.
    Failed(Failure),
}

impl<T> Load<T> {
    /// The document, where it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }
}

impl<T> From<Result<T, Failure>> for Load<T> {
    fn from(answer: Result<T, Failure>) -> Self {
        match answer {
            Ok(value) => Self::Ready(value),
            Err(failure) => Self::Failed(failure),
        }
    }
}

/// Fetches the document at `path`, again whenever the path changes; nothing while there is no path.
///
/// The former document stays until the next is there, so a changed setting does not make a figure flash.
/// An answer that comes after a later question is dropped.
pub fn load<T>(path: impl Fn() -> Option<String> + 'static) -> RwSignal<Load<T>>
where
    T: FromValue + Send + Sync + 'static,
{
    let known = RwSignal::new(Load::Waiting);
    let take = move |answer: Result<String, Failure>| {
        known.try_set(answer.and_then(api::read).into());
    };
    fetch(Box::new(path), Rc::new(take));
    known
}

type Path = Box<dyn Fn() -> Option<String>>;
type Take = Rc<dyn Fn(Result<String, Failure>)>;

/// The part of [`load`] that does not depend on the document's type.
fn fetch(path: Path, take: Take) {
    let asked = StoredValue::new(0_u32);
    effect(move || {
        let Some(path) = path() else { return };
        asked.update_value(|count| *count += 1);
        let (ticket, take) = (asked.get_value(), take.clone());
        spawn_local(async move {
            let answer = api::text(&path).await;
            if asked.try_get_value() == Some(ticket) {
                take(answer);
            }
        });
    });
}
