//! Deleting a run, after a question.

use super::Page;
use crate::api;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::route;

/// The button, and the dialogue that it opens.
#[component]
pub fn Delete(page: Page) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let navigate = use_navigate();
    let delete = Action::new_local(move |(): &()| {
        let path = route::run(&page.id.get_value());
        let navigate = navigate.clone();
        async move {
            let answer = api::delete(&path).await;
            if answer.is_ok() {
                navigate("/runs", Default::default());
            }
            answer
        }
    });
    let confirm = move |_| {
        delete.dispatch(());
    };
    let answer = delete.value();
    let failed = move || {
        let failure = answer.get()?.err()?;
        Some(view! {
            <p class="notice" data-kind="bad" role="alert">
                {failure.words()}
            </p>
        })
    };
    view! {
        <button class="button bare danger" on:click=open>
            "Delete"
        </button>
        <dialog node_ref=dialog aria-labelledby="delete-title">
            <div class="stack">
                <h2 id="delete-title">"Delete this run?"</h2>
                <p>"Its results and pictures are removed from the disk. This cannot be undone."</p>
                {failed}
                <p class="row">
                    <button class="button danger" on:click=confirm>
                        "Delete the run"
                    </button>
                    <button class="button" autofocus on:click=close>
                        "Keep it"
                    </button>
                </p>
            </div>
        </dialog>
    }
}
