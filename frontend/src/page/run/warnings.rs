//! What makes a run's results doubtful, and what would tell whether it matters.

use super::Page;
use crate::api;
use crate::base::at;
use crate::state::shared;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::api::RunView;
use valleyscope_shared::definition;
use valleyscope_shared::event::Warning;
use valleyscope_shared::remedy::{Remedy, remedies};
use valleyscope_shared::route;

/// The warnings, each linked to its explanation, with its remedies.
#[component]
pub fn Warnings(page: Page) -> impl IntoView {
    let warnings = Memo::new(move |_| page.live.state.with(|state| state.warnings.clone()));
    let line = move |warning: Warning| view! { <Line page warning /> };
    view! {
        <Show when=move || !warnings.with(Vec::is_empty)>
            <section id="warnings" class="notice stack" data-kind="warn" aria-labelledby="warnings-title">
                <h2 id="warnings-title">"Read these results with care"</h2>
                {move || warnings.get().into_iter().map(line).collect_view()}
            </section>
        </Show>
    }
}

#[component]
fn Line(page: Page, warning: Warning) -> impl IntoView {
    let catalog = shared().catalog();
    let id = warning.id.clone();
    let offered = move || {
        let spec = page.spec.get()?;
        let images = catalog.ready(|catalog| {
            catalog
                .data_set(&spec.data.set)
                .map(|set| spec.data.available(set))
        });
        let button = |remedy: Remedy| view! { <Button page remedy /> };
        let found = remedies(&id, &spec, images.flatten().unwrap_or(0)).into_iter();
        Some(found.map(button).collect_view())
    };
    view! {
        <div class="stack tight">
            <p>
                {warning.message}
                " "
                <a href=at(&definition::warning(&warning.id))>"What this means"</a>
            </p>
            <p class="row">{offered}</p>
        </div>
    }
}

/// Starts the run that tells whether the warning matters, and shows it beside this one.
#[component]
fn Button(page: Page, remedy: Remedy) -> impl IntoView {
    let navigate = use_navigate();
    let Remedy { words, spec } = remedy;
    let start = Action::new_local(move |(): &()| {
        let (spec, navigate) = (spec.clone(), navigate.clone());
        async move {
            let answer = api::create::<RunView>(&route::runs(), &spec).await;
            if let Ok(run) = &answer {
                let (id, options) = (page.id.get_value(), Default::default());
                navigate(&format!("/compare?runs={id},{}", run.id), options);
            }
            answer.map(drop)
        }
    });
    let (sending, answer) = (start.pending(), start.value());
    let failed = move || {
        let failure = answer.get()?.err()?;
        Some(view! { <span role="alert">{failure.words()}</span> })
    };
    view! {
        <button
            class="button small"
            title="Starts another run and shows both"
            aria-disabled=move || sending.get().then_some("true")
            on:click=move |_| {
                if !sending.get_untracked() {
                    start.dispatch(());
                }
            }
        >
            {words}
        </button>
        {failed}
    }
}
