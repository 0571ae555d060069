//! Saving a figure: a button beside it, and a dialogue that is fetched when it is first opened.

mod sheet;
mod wish;

pub use sheet::Sheet;

use super::icons::{self, Icon};
use super::modal::modal;
use crate::aside::{Aside, aside};
use leptos::prelude::*;

/// A figure that is to become a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Saving {
    /// What it shows.
    pub title: String,
    /// The address of its files, up to the ending.
    pub file: String,
    /// What the page shows, as the query string of its address.
    pub view: String,
}

/// The figure that is being saved; figures take it from the context.
#[derive(Clone, Copy)]
pub struct SaveOpen(RwSignal<Option<Saving>>);

impl SaveOpen {
    /// A closed dialogue.
    pub fn start() -> Self {
        Self(RwSignal::new(None))
    }
}

/// The button that opens the dialogue for a figure. `saving` says what there is to save.
#[component]
pub fn SaveButton(title: Memo<String>, saving: Callback<(), Saving>) -> impl IntoView {
    let open = expect_context::<SaveOpen>().0;
    let name = move || format!("Save the figure {}", title.get());
    view! {
        <button
            class="button bare icon"
            data-opens="save"
            title="Save as a file"
            aria-label=name
            on:click=move |_| open.set(Some(saving.run(())))
        >
            <Icon path=icons::SAVE />
        </button>
    }
}

/// The dialogue, open while there is a figure to save.
#[component]
pub fn SaveDialog() -> impl IntoView {
    let open = expect_context::<SaveOpen>().0;
    let dialog = modal(open);
    let content = move || {
        let saving = open.get()?;
        let close = Callback::new(move |()| open.set(None));
        Some(aside(Aside::Save(saving, close)))
    };
    view! {
        <dialog node_ref=dialog class="save" aria-labelledby="save-title" on:close=move |_| open.set(None)>
            {content}
        </dialog>
    }
}
