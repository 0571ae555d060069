//! The list of runs: what they are, how far, what came out; tick several to compare or delete them.

mod bin;
mod columns;
mod entries;
mod filters;
mod list;
mod order;
mod row;
mod state;
mod table;
mod tray;
mod window;

use crate::base::at;
use crate::view::edit_run::EditRun;
use crate::view::notice::{Failed, Ghosts};
use crate::view::title::PageTitle;
use bin::{Bin, NotDeleted, UndoBar};
use filters::Filters;
use leptos::prelude::*;
use list::List;
use table::Table;
use tray::Tray;
use valleyscope_shared::api::RunView;

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
    let edited = RwSignal::new(None::<RunView>);
    let bin = Bin::open(Callback::new(move |ids: Vec<String>| list.forget(&ids)));
    let hidden = Memo::new(move |_| bin.hidden());
    let hidden_here = Memo::new(move |_| {
        let here = |ids: &Vec<String>| {
            list.rows
                .with(|rows| rows.iter().filter(|run| ids.contains(&run.id)).count())
        };
        hidden.with(here)
    });
    let failure = Memo::new(move |_| list.failure.get());
    let retry = Callback::new(move |()| list.restart());
    let failed = move || {
        let failure = failure.get()?;
        Some(view! { <Failed failure retry=Some(retry) /> })
    };
    let shown = Memo::new(move |_| match list.known.get() {
        true if list.rows.with(Vec::len) == hidden_here.get() => Shown::Empty,
        true => Shown::Rows,
        false if failure.with(Option::is_some) => Shown::Unknown,
        false => Shown::Waiting,
    });
    let body = move || match shown.get() {
        Shown::Waiting => view! { <Ghosts count=1 /> }.into_any(),
        Shown::Unknown => ().into_any(),
        Shown::Empty => view! { <Nothing list /> }.into_any(),
        Shown::Rows => view! { <Table list chosen edited hidden /> }.into_any(),
    };
    view! {
        <PageTitle text="Runs" />
        <div class="row spread">
            <h1>"Runs"</h1>
            <a class="button primary" href=at("/new")>
                "New run"
            </a>
        </div>
        <Filters list hidden=hidden_here />
        {failed}
        <NotDeleted bin />
        {body}
        <div class="trays">
            <UndoBar bin />
            <Tray list chosen bin />
        </div>
        <EditRun run=edited saved=Callback::new(move |run| list.changed(run)) />
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
