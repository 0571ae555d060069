//! A new run, written in a form that the catalogue describes.

mod attack;
pub(super) mod described;
pub(super) mod draft;
pub mod fields;
mod form;
mod means;
mod prefill;
mod presets;
mod preview;
mod subject;
mod submit;

use crate::state::shared;
use crate::view::notice::Loaded;
use crate::view::title::PageTitle;
use attack::Attack;
use form::Form;
use leptos::prelude::*;
use leptos_router::hooks::use_query;
use means::Means;
use prefill::{Asked, prefill};
use preview::Preview;
use std::sync::Arc;
use subject::Subject;
use submit::Start;
use valleyscope_shared::catalog::Catalog;

/// The page `/new`.
#[component]
pub fn New() -> impl IntoView {
    let asked = use_query::<Asked>();
    view! {
        <PageTitle text="New run" />
        <h1>"New run"</h1>
        <Loaded of=shared().catalog() retry=true let:catalog>
            <Whole catalog asked=asked.get_untracked().unwrap_or_default() />
        </Loaded>
    }
}

#[component]
fn Whole(catalog: Arc<Catalog>, asked: Asked) -> impl IntoView {
    let form = Form::new(catalog);
    prefill(form, asked);
    let start = Start::new(form);
    view! {
        <form
            class="form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                start.submit();
            }
        >
            <div class="card stack">
                <Subject form />
                <Attack form />
                <Means form />
            </div>
            <aside class="card stack">
                <Preview form sending=start.sending />
            </aside>
        </form>
    }
}
