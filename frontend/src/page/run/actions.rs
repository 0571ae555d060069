//! What can be done with a run: cancel, repeat, take it elsewhere, delete it.

use super::confirm::confirm;
use super::snippet::{self, Kind};
use super::{Page, phase};
use crate::api;
use crate::lean::{act, memo};
use crate::view::menu::menu;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::api::RunView;
use valleyscope_shared::route;

const FILES: [(&str, &str); 3] = [
    ("Result (JSON)", "json"),
    ("Trajectories (CSV)", "csv"),
    ("Trajectories (NPZ)", "npz"),
];

/// The buttons beside the title.
pub fn actions(page: Page) -> AnyView {
    let ended = memo(move || phase(page.live).ended());
    let asked = RwSignal::new(false);
    let dialog = NodeRef::new();
    let (text, shown) = (RwSignal::new(String::new()), NodeRef::new());
    let copies = Kind::ALL.map(|kind| {
        let take = move |_| {
            if let Some(spec) = page.spec.get_untracked() {
                snippet::take(kind, &spec, text, shown);
            }
        };
        view! { <button on:click=act(take)>{kind.title()}</button> }
    });
    let id = page.id.get_value();
    let files = FILES.map(|(title, file)| {
        view! {
            <a href=route::export(&id, file) download="" rel="external">
                {title}
            </a>
        }
    });
    view! {
        <div class="row">
            {move || {
                (!ended.get())
                    .then(|| {
                        view! {
                            <button
                                class="button danger"
                                aria-disabled=move || asked.get().then_some("true")
                                on:click=act(move |_| cancel(page, asked))
                            >
                                {move || if asked.get() { "Cancelling…" } else { "Cancel" }}
                            </button>
                        }
                    })
            }}
            {move || ended.get().then(|| repeat(page))}
            <a class="button" href=format!("/new?from={id}")>
                "Change and run"
            </a>
            {menu("Save".into_any(), "Save the run".to_owned(), files.collect_view().into_any())}
            {menu("Copy as".into_any(), "Copy the run as a command".to_owned(), copies.collect_view().into_any())}
            {move || {
                ended
                    .get()
                    .then(|| {
                        view! {
                            <button class="button bare danger" on:click=act(move |_| open(dialog))>
                                "Delete"
                            </button>
                        }
                    })
            }}
        </div>
        {confirm(dialog, page)}
        {snippet::dialog(text, shown)}
    }
    .into_any()
}

fn open(dialog: NodeRef<leptos::html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        let _ = dialog.show_modal();
    }
}

fn cancel(page: Page, asked: RwSignal<bool>) {
    if asked.get_untracked() {
        return;
    }
    asked.set(true);
    let voice = page.voice;
    spawn_local(async move {
        let path = route::cancel(&page.id.get_value());
        if let Err(failure) = api::post::<RunView>(&path, None).await {
            asked.try_set(false);
            voice.say(failure.words());
        }
    });
}

fn repeat(page: Page) -> AnyView {
    let navigate = use_navigate();
    let sending = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let start = move |_| {
        if sending.get_untracked() {
            return;
        }
        sending.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            let path = route::repeat(&page.id.get_value());
            let answer = api::post::<RunView>(&path, None).await;
            sending.try_set(false);
            match answer {
                Ok(run) => navigate(&format!("/runs/{}", run.id), NavigateOptions::default()),
                Err(failure) => {
                    failed.try_set(Some(failure.words()));
                }
            }
        });
    };
    view! {
        <button class="button" on:click=act(start) aria-disabled=move || sending.get().then_some("true")>
            {move || if sending.get() { "Starting…" } else { "Repeat" }}
        </button>
        {move || failed.get().map(|words| view! { <span class="small" role="alert">{words}</span> })}
    }
    .into_any()
}
