//! What stands where content should be: an error, nothing yet, or waiting.

use crate::api::Failure;
use crate::dom::View;
use crate::lean::act;
use crate::load::Load;
use crate::signal::RwSignal;
use crate::view::part::part;
use leptos::prelude::*;
use valleyscope_markup::html;

/// An error with a way to try again.
pub fn failed(failure: &Failure, retry: Option<Callback<()>>) -> View {
    let words = failure.words();
    let sign_in = failure.status() == Some(401);
    let again = retry.map(|retry| {
        html! {
            <button class="button" on:click=act(move |_| retry.run(()))>
                "Try again"
            </button>
        }
    });
    let sign_in = sign_in.then(|| {
        html! {
            <a class="button primary" href="/login" rel="external">
                "Sign in"
            </a>
        }
    });
    html! {
        <div class="notice stack" data-kind="bad" role="alert">
            <p>{words}</p>
            <p class="row">
                {again}
                {sign_in}
            </p>
        </div>
    }
}

/// A remark.
pub fn notice(kind: &'static str, words: String) -> View {
    html! {
        <div class="notice" data-kind=kind>
            {words}
        </div>
    }
}

/// Grey shapes while something is fetched.
pub fn ghosts(count: usize) -> View {
    let shapes: Vec<_> = (0..count)
        .map(|_| html! { <div class="ghost"></div> })
        .collect();
    html! {
        <div class="ghosts" role="status" aria-label="Loading">
            {shapes}
        </div>
    }
}

/// The document where it is there, else why not.
pub fn loaded<T>(
    known: RwSignal<Load<T>>,
    retry: Option<Callback<()>>,
    show: impl Fn(&T) -> View + Send + Sync + 'static,
) -> View
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
