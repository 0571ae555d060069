//! What stands where content should be: an error, nothing yet, or waiting.

use crate::api::{Document, Failure};
use crate::base::at;
use leptos::prelude::*;

/// An error with a way to try again.
#[component]
pub fn Failed(
    failure: Failure,
    #[prop(optional_no_strip)] retry: Option<Callback<()>>,
) -> impl IntoView {
    let sign_in = failure.status() == Some(401);
    let again = retry.map(|retry| {
        view! {
            <button class="button" on:click=move |_| retry.run(())>
                "Try again"
            </button>
        }
    });
    let sign_in = sign_in.then(|| {
        view! {
            <a class="button primary" href=at("/login") rel="external">
                "Sign in"
            </a>
        }
    });
    view! {
        <div class="notice stack" data-kind="bad" role="alert">
            <p>{failure.words()}</p>
            <p class="row">{again} {sign_in}</p>
        </div>
    }
}

/// A remark.
#[component]
pub fn Notice(kind: &'static str, #[prop(into)] words: String) -> impl IntoView {
    view! {
        <div class="notice" data-kind=kind>
            {words}
        </div>
    }
}

/// Grey shapes while something is fetched.
#[component]
pub fn Ghosts(#[prop(default = 3)] count: usize) -> impl IntoView {
    let shape = |_| view! { <div class="ghost"></div> };
    view! {
        <div class="ghosts" role="status" aria-label="Loading">
            {(0..count).map(shape).collect_view()}
        </div>
    }
}

/// A document where it is there, ghosts until then, or why it is not.
#[component]
pub fn Loaded<T, V>(
    of: Document<T>,
    /// Whether a button asks again after a failure.
    #[prop(optional)]
    retry: bool,
    /// How many ghosts stand for it.
    #[prop(default = 3)]
    ghosts: usize,
    children: impl Fn(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Clone + 'static,
    V: IntoView + 'static,
{
    let retry = retry.then(|| Callback::new(move |()| of.refetch()));
    move || match of.get() {
        None => view! { <Ghosts count=ghosts /> }.into_any(),
        Some(Err(failure)) => view! { <Failed failure retry /> }.into_any(),
        Some(Ok(document)) => children(document).into_any(),
    }
}
