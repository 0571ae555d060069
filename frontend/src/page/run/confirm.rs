//! The question before a run is deleted.

use super::Page;
use crate::api;
use crate::dom::{Place, View};
use crate::lean::act;
use crate::router::router;
use crate::signal::RwSignal;
use leptos::prelude::*;
use leptos::task::spawn_local;
use valleyscope_markup::html;
use valleyscope_shared::route;
use web_sys::HtmlDialogElement;

/// The dialogue; whoever has its reference opens it.
pub fn confirm(dialog: Place<HtmlDialogElement>, page: Page) -> View {
    let router = router();
    let failed = RwSignal::new(None::<String>);
    let delete = move |_| {
        spawn_local(async move {
            match api::delete(&route::run(&page.id.get_value())).await {
                Ok(()) => router.go("/runs"),
                Err(failure) => {
                    failed.try_set(Some(failure.words()));
                }
            }
        });
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    html! {
        <dialog node_ref=dialog aria-labelledby="delete-title">
            <div class="stack">
                <h2 id="delete-title">"Delete this run?"</h2>
                <p>"Its results and pictures are removed from the disk. This cannot be undone."</p>
                {move || failed.get().map(|words| html! { <p class="notice" data-kind="bad" role="alert">{words}</p> })}
                <p class="row">
                    <button class="button danger" on:click=act(delete)>
                        "Delete the run"
                    </button>
                    <button class="button" autofocus on:click=act(close)>
                        "Keep it"
                    </button>
                </p>
            </div>
        </dialog>
    }
}
