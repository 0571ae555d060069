//! What people say of a run, on its page: its title with the button that changes it, its tags and its note.

use super::Page;
use crate::view::edit_run::EditRun;
use crate::view::icons::{self, Icon};
use leptos::prelude::*;
use valleyscope_shared::api::RunView;

/// The title, and the button beside it.
#[component]
pub fn Named(page: Page) -> impl IntoView {
    let live = page.live;
    let edited = RwSignal::new(None::<RunView>);
    let title = move || live.known(|run| run.title.clone());
    let edit = move |_| edited.set(untrack(|| live.known(Clone::clone)));
    let saved = Callback::new(move |run: RunView| live.run.set(Some(Ok(run))));
    view! {
        <div class="named">
            <h1>{title}</h1>
            <button class="button bare icon" aria-label="Edit title, tags and note" title="Title, tags, note" on:click=edit>
                <Icon path=icons::PENCIL />
            </button>
            <EditRun run=edited saved />
        </div>
    }
}

/// Tags and note; nothing where there are none.
#[component]
pub fn Words(page: Page) -> impl IntoView {
    let words = Memo::new(move |_| {
        let words = page
            .live
            .known(|run| (run.pinned, run.tags.clone(), run.note.clone()));
        words.filter(|(pinned, tags, note)| *pinned || !tags.is_empty() || !note.is_empty())
    });
    let tag = |tag: String| view! { <span class="tag">{tag}</span> };
    move || {
        let (pinned, tags, note) = words.get()?;
        let pin = pinned.then(|| view! { <span class="pin">"Pinned"</span> });
        let note = (!note.is_empty()).then(|| view! { <p class="note">{note}</p> });
        Some(view! {
            <div class="stack said" data-said="">
                <div class="row">{pin} {tags.into_iter().map(tag).collect_view()}</div>
                {note}
            </div>
        })
    }
}
