//! What can be done with a run: cancel, repeat, take it elsewhere, delete it.

use super::delete::Delete;
use super::snippet::Snippets;
use super::verdict::has_trace;
use super::{Page, phase};
use crate::api;
use crate::base::at;
use crate::state::shared;
use crate::view::menu::Menu;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::api::RunView;
use valleyscope_shared::route;

const FILES: [(&str, &str); 3] = [
    ("Result (JSON)", "json"),
    ("Trajectories (CSV)", "csv"),
    ("Trajectories (NPZ)", "npz"),
];

/// The pages that look deeper into a run.
const WAYS: [(&str, &str); 3] = [
    ("Theory: what flatness guarantees", "theory"),
    ("Landscape: the loss around the weights", "landscape"),
    ("Curvature: beyond the last layer", "curvature"),
];

/// The buttons beside the title.
#[component]
pub fn Actions(page: Page) -> impl IntoView {
    let ended = Memo::new(move |_| phase(page.live).ended());
    let stopped = Memo::new(move |_| phase(page.live).stopped());
    let traced = has_trace(page);
    let id = page.id.get_value();
    let way = move |(title, path): (&'static str, &'static str)| {
        let href = page.id.with_value(|id| at(&format!("/runs/{id}/{path}")));
        view! { <a href=href>{title}</a> }
    };
    let ways = move || WAYS.map(way).collect_view();
    let file = |(title, ending)| {
        view! {
            <a href=at(&route::export(&id, ending)) download="" rel="external">
                {title}
            </a>
        }
    };
    let files = FILES.map(file).collect_view();
    view! {
        <div class="row">
            <Show when=move || !ended.get()>
                <Cancel page />
            </Show>
            <Show when=move || stopped.get()>
                <Again page path=route::resume title="Resume" />
            </Show>
            <Show when=move || ended.get()>
                <Again page path=route::repeat title="Repeat" />
            </Show>
            <Show when=move || traced.get()>
                <Menu label="Explore".into_any() name="Look deeper into the run">
                    {ways()}
                </Menu>
            </Show>
            <a class="button" href=at(&format!("/new?from={id}"))>
                "Change and run"
            </a>
            <Menu label="Save".into_any() name="Save the run">
                {files}
                <p class="small quiet">"Figures: ⤓ above each"</p>
            </Menu>
            <Snippets page />
            <Show when=move || ended.get()>
                <Delete page />
            </Show>
        </div>
    }
}

#[component]
fn Cancel(page: Page) -> impl IntoView {
    let voice = shared();
    let cancel = Action::new_local(move |(): &()| {
        let path = route::cancel(&page.id.get_value());
        async move {
            let answer = api::post::<RunView>(&path).await;
            if let Err(failure) = &answer {
                voice.say(failure.words());
            }
            answer.is_ok()
        }
    });
    let (pending, done) = (cancel.pending(), cancel.value());
    // Where the server agreed, the button goes once the run has ended.
    let asked = Memo::new(move |_| pending.get() || done.get() == Some(true));
    let ask = move |_| {
        if !asked.get_untracked() {
            cancel.dispatch(());
        }
    };
    view! {
        <button class="button danger" aria-disabled=move || asked.get().then_some("true") on:click=ask>
            {move || if asked.get() { "Cancelling…" } else { "Cancel" }}
        </button>
    }
}

/// A button that starts another run in place of this one, and goes there.
#[component]
fn Again(page: Page, path: fn(&str) -> String, title: &'static str) -> impl IntoView {
    let navigate = use_navigate();
    let start = Action::new_local(move |(): &()| {
        let path = path(&page.id.get_value());
        let navigate = navigate.clone();
        async move {
            let answer = api::post::<RunView>(&path).await;
            if let Ok(run) = &answer {
                navigate(&format!("/runs/{}", run.id), Default::default());
            }
            answer.map(drop)
        }
    });
    let (sending, answer) = (start.pending(), start.value());
    let begin = move |_| {
        if !sending.get_untracked() {
            start.dispatch(());
        }
    };
    let failed = move || {
        let failure = answer.get()?.err()?;
        Some(view! {
            <span class="small" role="alert">
                {failure.words()}
            </span>
        })
    };
    view! {
        <button class="button" on:click=begin aria-disabled=move || sending.get().then_some("true")>
            {move || if sending.get() { "Starting…" } else { title }}
        </button>
        {failed}
    }
}
