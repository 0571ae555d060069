//! What stands where content should be: an error, nothing yet, or waiting.

use crate::api::Failure;
use crate::lean::act;
use crate::load::Load;
use crate::view::part::part;
use leptos::prelude::*;

/// An error with a way to try again.
pub fn failed(failure: &Failure, retry: Option<Callback<()>>) -> AnyView {
    let words = failure.words();
    let sign_in = failure.status() == Some(401);
    let again = retry.map(|retry| {
        view! {
            <button class="button" on:click=act(move |_| retry.run(()))>
                "Try again"
            </button>
        }
        .into_any()
    });
    let sign_in = sign_in.then(|| {
        view! {
            <a class="button primary" href="/login" rel="external">
                "Sign in"
            </a>
        }
        .into_any()
    });
    view! {
        <div class="notice stack" data-kind="bad" role="alert">
            <p>{words}</p>
            <p class="row">
                {again}
                {sign_in}
            </p>
        </div>
    }
    .into_any()
}

/// A remark.
pub fn notice(kind: &'static str, words: String) -> AnyView {
    view! {
        <div class="notice" data-kind=kind>
            {words}
        </div>
    }
    .into_any()
}

/// Grey shapes while something is fetched.
pub fn ghosts(count: usize) -> AnyView {
    let shapes: Vec<_> = (0..count)
        .map(|_| view! { <div class="ghost"></div> }.into_any())
        .collect();
    view! {
        <div class="ghosts" role="status" aria-label="Loading">
            {shapes}
        </div>
    }
    .into_any()
}

/// The document where it is there, else why not.
pub fn loaded<T>(
    known: RwSignal<Load<T>>,
    retry: Option<Callback<()>>,
    show: impl Fn(&T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Send + Sync + 'static,
{
    part(move || {
        known.with(|known| match known {
            Load::Waiting => ghosts(3),
            Load::Failed(failure) => failed(failure, retry),
            Load::Ready(value) => show(value),
        })
    })
}
