//! The page `/batches/ID`: the verdicts of a batch's runs, and their figures over each other, while they run.

use super::names::named;
use super::progress::Progress;
use super::verdicts::Verdicts;
use crate::api::{self, Failure};
use crate::base::at;
use crate::clock::ticks;
use crate::page::compare::{Figures, Slot};
use crate::view::notice::{Failed, Ghosts, Notice};
use crate::view::title::PageTitle;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::time::Duration;
use valleyscope_shared::batch::BatchView;
use valleyscope_shared::route;

/// How often the verdicts are asked for while runs go on; the figures follow by themselves.
const EVERY: Duration = Duration::from_secs(2);

/// The batch, where it is known.
pub type Known = Memo<Option<BatchView>>;

/// The page.
#[component]
pub fn Batch() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    // By its key, another batch is another page; without, its values would be put into this one.
    view! {
        <For each=move || Some(id.get()) key=Clone::clone let:id>
            <BatchOf id />
        </For>
    }
}

#[component]
fn BatchOf(id: String) -> impl IntoView {
    let path = route::batch(&id);
    let batch = api::document::<BatchView>(move || Some(path.clone()));
    // Once all runs have ended nothing changes, except when they are resumed.
    let ended = RwSignal::new(false);
    Effect::new(move || {
        if let Some(done) = batch.ready(all_ended) {
            ended.set(done);
        }
    });
    let tick = ticks(EVERY);
    Effect::new(move || {
        if tick.get() > 0 && !ended.get_untracked() {
            batch.refetch();
        }
    });
    let asked = Action::new_local(|path: &String| {
        let path = path.clone();
        async move { api::post::<BatchView>(&path).await }
    });
    let answer = asked.value();
    Effect::new(move || {
        if answer.with(|answer| matches!(answer, Some(Ok(_)))) {
            ended.set(false);
            batch.refetch();
        }
    });
    let refused = move || {
        let words = answer.get()?.err()?.words();
        Some(view! { <Notice kind="bad" words /> })
    };

    let known = Memo::new(move |_| batch.get().and_then(Result::ok));
    let failure = Memo::new(move |_| batch.get().and_then(Result::err));
    let there = Memo::new(move |_| known.with(Option::is_some));
    let gone = move || failure.with(Option::is_some);
    let stopped = move || known.with(|batch| batch.as_ref().is_some_and(any_stopped));
    let title = Memo::new(move |_| {
        let title = known.with(|batch| batch.as_ref().map(|batch| batch.title.clone()));
        title.unwrap_or_else(|| {
            let missing =
                failure.with(|failure| failure.as_ref().and_then(Failure::status) == Some(404));
            if missing {
                "There is no such batch"
            } else {
                "Attacks"
            }
            .to_owned()
        })
    });
    let table = move || match (there.get(), failure.get()) {
        (true, _) => view! { <Told batch=known /> }.into_any(),
        (_, Some(failure)) => view! { <Failed failure /> }.into_any(),
        _ => view! { <Ghosts count=1 /> }.into_any(),
    };
    // Of the runs only what never changes, so that the figures are made once.
    let runs = Memo::new(move |_| known.with(|batch| batch.as_ref().map(named)));
    let (cancel, resume) = (route::cancel_batch(&id), route::resume_batch(&id));
    view! {
        <PageTitle text="Attacks" />
        <div class="row spread">
            <h1>{title}</h1>
            <p class="row">
                <button
                    class="button"
                    hidden=move || ended.get() || gone()
                    on:click=move |_| {
                        asked.dispatch_local(cancel.clone());
                    }
                >
                    "Stop all"
                </button>
                <button
                    class="button"
                    hidden=move || !stopped()
                    on:click=move |_| {
                        asked.dispatch_local(resume.clone());
                    }
                >
                    "Resume"
                </button>
                <a class="button" href=at("/attacks")>
                    "New comparison"
                </a>
            </p>
        </div>
        {refused}
        {table}
        <For each=move || runs.get() key=Clone::clone let:runs>
            <Compared runs />
        </For>
    }
}

/// The figures of the runs with these ids and names.
#[component]
fn Compared(runs: Vec<(String, String)>) -> impl IntoView {
    let slot = |(place, (id, name))| Slot::named(place, id, name);
    let slots: Vec<Slot> = runs.into_iter().enumerate().map(slot).collect();
    view! { <Figures slots /> }
}

/// How far the runs are, and what they say, each alone and of each other.
#[component]
fn Told(batch: Known) -> impl IntoView {
    let warnings = Memo::new(move |_| {
        let warnings = batch.with(|batch| batch.as_ref().map(|batch| batch.warnings.clone()));
        warnings.unwrap_or_default()
    });
    let warnings = move || {
        let warnings = warnings.get().into_iter();
        warnings
            .map(|warning| view! { <Notice kind="warn" words=warning.message /> })
            .collect_view()
    };
    view! {
        <Progress batch />
        {warnings}
        <Verdicts batch />
    }
}

fn all_ended(batch: &BatchView) -> bool {
    batch.ended == batch.runs.len()
}

/// Whether all have ended, and one of them before everything was computed.
fn any_stopped(batch: &BatchView) -> bool {
    all_ended(batch) && batch.runs.iter().any(|run| run.phase.stopped())
}
