//! The button that runs the example anew.

use super::Example;
use crate::api;
use crate::base::at;
use crate::view::notice::Failed;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::api::RunView;
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;

/// Starts a run as the example is; without an example it leads to the form.
#[component]
pub fn Start(example: Example) -> impl IntoView {
    let navigate = use_navigate();
    let begin = Action::new_local(|spec: &RunSpec| {
        let spec = spec.clone();
        async move { api::create::<RunView>(&route::runs(), &spec).await }
    });
    let (starting, begun) = (begin.pending(), begin.value());
    let go = navigate.clone();
    Effect::new(move || {
        if let Some(Ok(run)) = begun.get() {
            go(&format!("/runs/{}", run.id), Default::default());
        }
    });
    let start = move |_| {
        let spec = untrack(|| example.ready(|example| example.run.spec.clone()));
        match spec {
            None => navigate("/new", Default::default()),
            Some(_) if starting.get_untracked() => {}
            Some(spec) => {
                begin.dispatch_local(spec);
            }
        }
    };
    let words = move || match starting.get() {
        true => "Starting…",
        false => "Run it yourself",
    };
    // With the example's settings, so that what is changed is all that differs.
    let settings = move || match example.ready(|example| example.run.id.clone()) {
        Some(id) => at(&format!("/new?from={id}")),
        None => at("/new"),
    };
    let failed = move || {
        let failure = begun.get()?.err()?;
        Some(view! { <Failed failure /> })
    };
    view! {
        <p class="row">
            <button
                class="button primary large"
                aria-disabled=move || starting.get().then_some("true")
                on:click=start
            >
                {words}
            </button>
            <a href=settings>"Choose the settings first"</a>
        </p>
        {failed}
    }
}
