//! The comparisons that there are.

use crate::api;
use crate::base::at;
use crate::clock::now_ms;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::batch::{BatchEntry, BatchList};
use valleyscope_shared::route;

/// How many are listed.
const MOST_SHOWN: usize = 12;

/// The list, newest first; nothing while there is none.
#[component]
pub fn Earlier() -> impl IntoView {
    let batches = api::document::<BatchList>(|| Some(route::batches()));
    let entry = |entry| view! { <Entry entry /> };
    move || {
        let batches = batches.get()?.ok()?.batches;
        let entries = batches.into_iter().take(MOST_SHOWN).map(entry);
        (entries.len() > 0).then(|| {
            view! {
                <section class="card stack" aria-labelledby="earlier-title">
                    <h2 id="earlier-title">"Earlier comparisons"</h2>
                    <ul class="plain">{entries.collect_view()}</ul>
                </section>
            }
        })
    }
}

#[component]
fn Entry(entry: BatchEntry) -> impl IntoView {
    let runs = if entry.runs == 1 { "run" } else { "runs" };
    let when = words::ago(entry.created_ms as f64, now_ms());
    view! {
        <li>
            <a href=at(&format!("/batches/{}", entry.id))>{entry.title}</a>
            <span class="small quiet">{format!(" {} {runs}, {when}", entry.runs)}</span>
        </li>
    }
}
