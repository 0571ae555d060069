//! The list of runs: what they are, how far, what came out; tick several to compare them.

mod filters;
mod list;
mod row;
mod table;
mod tray;
mod window;

use crate::base::at;
use crate::view::notice::{Failed, Ghosts};
use crate::view::title::PageTitle;
use filters::Filters;
use leptos::prelude::*;
use list::List;
use table::Table;
use tray::Tray;

/// What stands below the filter.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Waiting,
    /// Nothing beside the failure, which is told above.
    Unknown,
    Empty,
    Rows,
}

/// The page `/runs`.
#[component]
pub fn Runs() -> impl IntoView {
    let list = List::open();
    let chosen = RwSignal::new(Vec::<String>::new());
    let failure = Memo::new(move |_| list.failure.get());
    let retry = Callback::new(move |()| list.restart());
    let failed = move || {
        let failure = failure.get()?;
        Some(view! { <Failed failure retry=Some(retry) /> })
    };
    let shown = Memo::new(move |_| match list.known.get() {
        true if list.rows.with(Vec::is_empty) => Shown::Empty,
        true => Shown::Rows,
        false if failure.with(Option::is_some) => Shown::Unknown,
        false => Shown::Waiting,
    });
    let body = move || match shown.get() {
        Shown::Waiting => view! { <Ghosts count=1 /> }.into_any(),
        Shown::Unknown => ().into_any(),
        Shown::Empty => view! { <Nothing list /> }.into_any(),
        Shown::Rows => view! { <Table list chosen /> }.into_any(),
    };
    view! {
        <PageTitle text="Runs" />
        <div class="row spread">
            <h1>"Runs"</h1>
            <a class="button primary" href=at("/new")>
                "New run"
            </a>
        </div>
        <Filters list />
        {failed}
        {body}
        <Tray chosen />
    }
}

/// What is said where there is no run, or none that matches.
#[component]
fn Nothing(list: List) -> impl IntoView {
    let first = || {
        view! {
            <p>"No runs yet. The first one takes a few seconds with the settings as they are."</p>
            <a class="button primary" href=at("/new")>
                "New run"
            </a>
        }
    };
    view! {
        <div class="empty">
            <Show when=move || list.is_filtered() fallback=first>
                <p>"No run matches."</p>
                <button class="button" on:click=move |_| list.clear_filter()>
                    "Show all runs"
                </button>
            </Show>
        </div>
    }
}
