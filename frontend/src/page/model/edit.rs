//! What may be changed of a model: its name, and the terms under which its weights may be used.

use crate::api::{self, Document, Failure};
use crate::state::shared;
use crate::view::model_words::ModelWords;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::adding::ModelChange;
use valleyscope_shared::catalog::{ModelDetail, ModelInfo};
use valleyscope_shared::route;

/// A field for each, and a button that keeps what is in them.
#[component]
pub fn Edit(
    model: ModelInfo,
    answer: Document<ModelDetail>,
    kept: RwSignal<bool>,
) -> impl IntoView {
    let id = StoredValue::new(model.id.clone());
    let name = RwSignal::new(model.id);
    let licence = RwSignal::new(model.licence.unwrap_or_default());
    let navigate = use_navigate();
    let keep = Action::new_local(move |change: &ModelChange| {
        let (path, change) = (id.with_value(|id| route::model(id)), change.clone());
        let navigate = navigate.clone();
        async move {
            let said = api::change::<ModelDetail>(&path, &change).await;
            if let Ok(detail) = &said {
                kept.set(true);
                shared().catalog().refetch();
                let now = &detail.model.id;
                // The address may have this name already: a former one leads to the model.
                answer.refetch();
                if id.with_value(|id| id != now) {
                    navigate(&format!("/models/{now}"), NavigateOptions::default());
                }
            }
            said.map(drop)
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        kept.set(false);
        keep.dispatch_local(ModelChange {
            name: Some(name.get_untracked()),
            licence: Some(Some(licence.get_untracked())),
        });
    };
    let said = keep.value();
    let failed = move || {
        let failure = said.get()?.err()?;
        let words = match &failure {
            Failure::Refused(problem) if !problem.errors.is_empty() => {
                problem.errors[0].message.clone()
            }
            other => other.words(),
        };
        Some(view! { <p class="notice" data-kind="bad" role="alert">{words}</p> })
    };
    let done = move || kept.get().then_some("Saved.");
    view! {
        <form class="card stack" on:submit=submit data-edit>
            <h2>"Name and licence"</h2>
            <ModelWords name licence help="Small letters, digits, dots, dashes. Runs keep the name that it had." />
            {failed}
            <p class="row">
                <button class="button primary" disabled=move || keep.pending().get()>
                    "Save"
                </button>
                <span class="small" role="status">{done}</span>
            </p>
        </form>
    }
}
