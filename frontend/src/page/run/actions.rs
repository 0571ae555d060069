//! What can be done with a run: cancel, repeat, take it elsewhere, delete it.

use super::confirm::confirm;
use super::snippet::{self, Kind};
use super::{Page, phase};
use crate::api;
use crate::dom::{IntoChild, Place, View, place};
use crate::lean::{act, memo};
use crate::router::router;
use crate::signal::RwSignal;
use crate::view::menu::menu;
use leptos::prelude::*;
use leptos::task::spawn_local;
use valleyscope_markup::html;
use valleyscope_shared::api::RunView;
use valleyscope_shared::route;
use web_sys::HtmlDialogElement;

const FILES: [(&str, &str); 3] = [
    ("Result (JSON)", "json"),
    ("Trajectories (CSV)", "csv"),
    ("Trajectories (NPZ)", "npz"),
];

/// The buttons beside the title.
pub fn actions(page: Page) -> View {
    let ended = memo(move || phase(page.live).ended());
    let stopped = memo(move || phase(page.live).stopped());
    let asked = RwSignal::new(false);
    let dialog = place();
    let (text, shown) = (RwSignal::new(String::new()), place());
    let copies = Kind::ALL.map(|kind| {
        let take = move |_| {
            if let Some(spec) = page.spec.get_untracked() {
                snippet::take(kind, &spec, text, shown);
            }
        };
        html! { <button on:click=act(take)>{kind.title()}</button> }
    });
    let id = page.id.get_value();
    let files = FILES.map(|(title, file)| {
        html! {
            <a href=route::export(&id, file) download="" rel="external">
                {title}
            </a>
        }
    });
    html! {
        <div class="row">
            {move || {
                (!ended.get())
                    .then(|| {
                        html! {
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
            {move || stopped.get().then(|| again(page, route::resume, "Resume"))}
            {move || ended.get().then(|| again(page, route::repeat, "Repeat"))}
            <a class="button" href=format!("/new?from={id}")>
                "Change and run"
            </a>
            {menu("Save".view(), "Save the run".to_owned(), files.view())}
            {menu("Copy as".view(), "Copy the run as a command".to_owned(), copies.view())}
            {move || {
                ended
                    .get()
                    .then(|| {
                        html! {
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
}

fn open(dialog: Place<HtmlDialogElement>) {
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

/// A button that starts another run in place of this one, and goes there.
fn again(page: Page, path: fn(&str) -> String, title: &'static str) -> View {
    let router = router();
    let sending = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let start = move |_| {
        if sending.get_untracked() {
            return;
        }
        sending.set(true);
        spawn_local(async move {
            let path = path(&page.id.get_value());
            let answer = api::post::<RunView>(&path, None).await;
            sending.try_set(false);
            match answer {
                Ok(run) => router.go(&format!("/runs/{}", run.id)),
                Err(failure) => {
                    failed.try_set(Some(failure.words()));
                }
            }
        });
    };
    html! {
        <button class="button" on:click=act(start) aria-disabled=move || sending.get().then_some("true")>
            {move || if sending.get() { "Starting…" } else { title }}
        </button>
        {move || failed.get().map(|words| html! { <span class="small" role="alert">{words}</span> })}
    }
}
