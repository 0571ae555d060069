//! The question before a run is deleted.

use super::Page;
use crate::api;
use crate::lean::act;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::route;

/// The dialogue; whoever has its reference opens it.
pub fn confirm(dialog: NodeRef<Dialog>, page: Page) -> AnyView {
    let navigate = use_navigate();
    let failed = RwSignal::new(None::<String>);
    let delete = move |_| {
        let navigate = navigate.clone();
        spawn_local(async move {
            match api::delete(&route::run(&page.id.get_value())).await {
                Ok(()) => navigate("/runs", NavigateOptions::default()),
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
    view! {
        <dialog node_ref=dialog aria-labelledby="delete-title">
            <div class="stack">
                <h2 id="delete-title">"Delete this run?"</h2>
                <p>"Its results and pictures are removed from the disk. This cannot be undone."</p>
                {move || failed.get().map(|words| view! { <p class="notice" data-kind="bad" role="alert">{words}</p> })}
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
    .into_any()
}
