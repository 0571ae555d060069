//! What narrows the list and puts it in order: a text, a state, groups, and where there are no columns what to sort by.

use super::list::List;
use super::order::Chosen;
use crate::view::search::Search;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::listing::{RunGroup, RunSort};
use valleyscope_shared::run::Phase;

/// The phases by which the list can be narrowed.
const PHASES: [Phase; 6] = [
    Phase::Queued,
    Phase::Running,
    Phase::Finished,
    Phase::Cancelled,
    Phase::Failed,
    Phase::Interrupted,
];

/// The search, the choice of a state, of groups and of an order, and how many runs match.
#[component]
pub fn Filters(list: List, #[prop(into)] hidden: Signal<usize>) -> impl IntoView {
    let option = move |phase: Phase| {
        view! {
            <option value=phase.id() prop:selected=move || list.phase.get() == Some(phase)>
                {words::phase(phase)}
            </option>
        }
    };
    let matching = move || {
        let known = list.known.get();
        let count = list.matching.get().saturating_sub(hidden.get() as u64);
        known.then(|| match count {
            1 => "1 run".to_owned(),
            count => format!("{} runs", words::count(count)),
        })
    };
    view! {
        <div class="row">
            <Search label="Search" placeholder="Search model, attack, tag, note" text=list.text />
            <label class="inline">
                "State"
                <select on:change:target=move |event| list.phase.set(Phase::from_id(&event.target().value()))>
                    <option value="" prop:selected=move || list.phase.get().is_none()>
                        "any"
                    </option>
                    {PHASES.map(option).collect_view()}
                </select>
            </label>
            <Groups list />
            <Sorts list />
            <span class="small quiet" data-count="">
                {matching}
            </span>
        </div>
    }
}

#[component]
fn Groups(list: List) -> impl IntoView {
    let chosen = list.order.chosen;
    let option = move |group: RunGroup| {
        view! {
            <option value=group.id() prop:selected=move || chosen.get().group == Some(group)>
                {group.id()}
            </option>
        }
    };
    let choose = move |id: String| {
        let group = RunGroup::from_id(&id);
        list.order.choose(|chosen| Chosen { group, ..chosen });
    };
    view! {
        <label class="inline">
            "Group by"
            <select data-group-by="" on:change:target=move |event| choose(event.target().value())>
                <option value="" prop:selected=move || chosen.get().group.is_none()>
                    "nothing"
                </option>
                {RunGroup::ALL.map(option).collect_view()}
            </select>
        </label>
    }
}

/// What the heads of the columns do, where there are none.
#[component]
fn Sorts(list: List) -> impl IntoView {
    let chosen = list.order.chosen;
    let option = move |by: RunSort| {
        view! {
            <option value=by.id() prop:selected=move || chosen.get().by == by>
                {words_of(by)}
            </option>
        }
    };
    let choose = move |id: String| {
        if let Some(by) = RunSort::from_id(&id) {
            list.order.choose(|chosen| chosen.turned(by));
        }
    };
    let turn = move |_| list.order.choose(|chosen| chosen.turned(chosen.by));
    let way = move || {
        if chosen.get().descending {
            "Largest first"
        } else {
            "Smallest first"
        }
    };
    let sign = move || {
        if chosen.get().descending {
            "↓"
        } else {
            "↑"
        }
    };
    view! {
        <span class="row cards-only">
            <label class="inline">
                "Sort by"
                <select data-sort-by="" on:change:target=move |event| choose(event.target().value())>
                    {RunSort::ALL.map(option).collect_view()}
                </select>
            </label>
            <button class="button icon" aria-label=way title=way on:click=turn>
                {sign}
            </button>
        </span>
    }
}

fn words_of(by: RunSort) -> &'static str {
    match by {
        RunSort::Created => "age",
        RunSort::Title => "title",
        RunSort::Phase => "state",
        RunSort::Model => "model",
        RunSort::Data => "data",
        RunSort::Attack => "attack",
        RunSort::Epsilon => "epsilon",
        RunSort::Steps => "steps",
        RunSort::Images => "images",
        RunSort::Clean => "clean accuracy",
        RunSort::Robust => "robust accuracy",
        RunSort::PeakAtFlip => "sharpest at flip",
        RunSort::Seconds => "time to compute",
    }
}
