//! The table of runs, of which only the part near the window is in the document. Where there is little room its rows are cards.

use super::columns::COLUMNS;
use super::entries::{Entry, entries};
use super::list::List;
use super::row::Row;
use super::window::span;
use leptos::html::Tbody;
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::listing::RunSort;

/// The next page is asked for when this many rows or fewer are left, a screenful.
const AHEAD: usize = 20;
/// How many columns there are: tick, run, state, those of [`COLUMNS`], time, and the button.
const ALL: usize = COLUMNS.len() + 5;

/// The table.
#[component]
pub fn Table(
    list: List,
    chosen: RwSignal<Vec<String>>,
    edited: RwSignal<Option<RunView>>,
    #[prop(into)] hidden: Signal<Vec<String>>,
) -> impl IntoView {
    let body = NodeRef::<Tbody>::new();
    let all = Memo::new(move |_| {
        let group = list.order.chosen.get().group;
        let (groups, opened, hidden) = (list.groups.get(), list.opened.get(), hidden.get());
        list.rows.with(|rows| {
            list.earlier
                .with(|earlier| entries(rows, &hidden, group, &groups, &opened, earlier))
        })
    });
    let count = Memo::new(move |_| all.with(Vec::len));
    let span = span(body, count);
    Effect::new(move || {
        if span.get().to + AHEAD >= count.get() {
            list.more();
        }
    });
    let lines = Memo::new(move |_| {
        let span = span.get();
        all.with(|all| {
            let numbered = all.iter().enumerate().take(span.to).skip(span.from);
            let lines = numbered.map(|(line, entry)| (line, entry.clone()));
            lines.collect::<Vec<_>>()
        })
    });
    let above = move || {
        let span = span.get();
        span.from as f64 * span.height
    };
    let below = move || {
        let span = span.get();
        count.get().saturating_sub(span.to) as f64 * span.height
    };
    let line = move |(line, entry): (usize, Entry)| match entry {
        Entry::Heading { title, runs } => view! { <Heading title runs /> }.into_any(),
        Entry::Run { place, id } => {
            view! { <Row list chosen edited place=Some(place) line id /> }.into_any()
        }
        Entry::Earlier { id } => view! { <Row list chosen edited place=None line id /> }.into_any(),
    };
    let heads = COLUMNS.iter().map(|column| {
        let number = column.is_number();
        view! { <Head list by=column.by title=column.title help=column.help number spare=column.spare /> }
    });
    view! {
        <table class="runs" aria-rowcount=move || list.matching.get().to_string()>
            <thead>
                <tr>
                    <th scope="col">
                        <span class="hidden-text">"Tick to compare or delete"</span>
                    </th>
                    <Head list by=RunSort::Title title="Run" help="The title" />
                    <Head list by=RunSort::Phase title="State" help="Running first, then queued and ended" />
                    {heads.collect_view()}
                    <Times list />
                    <th scope="col">
                        <span class="hidden-text">"Edit"</span>
                    </th>
                </tr>
            </thead>
            <tbody node_ref=body>
                <Spacer height=Signal::derive(above) />
                <For each=move || lines.get() key=Clone::clone children=line />
                <Spacer height=Signal::derive(below) />
            </tbody>
        </table>
    }
}

/// The head of a column, which sorts by it.
#[component]
fn Head(
    list: List,
    by: RunSort,
    title: &'static str,
    help: &'static str,
    #[prop(optional)] number: bool,
    #[prop(optional)] spare: bool,
) -> impl IntoView {
    view! {
        <th scope="col" title=help class:num=number class:spare=spare aria-sort=move || direction(list, by)>
            <Sorter list by title />
        </th>
    }
}

/// The head of the time, which is two: how long, and when.
#[component]
fn Times(list: List) -> impl IntoView {
    let either =
        move || direction(list, RunSort::Seconds).or_else(|| direction(list, RunSort::Created));
    view! {
        <th scope="col" class="num" title="How long it computed, and when it was asked for" aria-sort=either>
            <span class="times">
                <Sorter list by=RunSort::Seconds title="Time" />
                <Sorter list by=RunSort::Created title="Age" />
            </span>
        </th>
    }
}

#[component]
fn Sorter(list: List, by: RunSort, title: &'static str) -> impl IntoView {
    let sign = move || match direction(list, by) {
        Some("descending") => "↓",
        Some(_) => "↑",
        None => "",
    };
    view! {
        <button class="sort" data-sort=by.id() on:click=move |_| list.order.choose(|chosen| chosen.turned(by))>
            {title}
            <span aria-hidden="true">{sign}</span>
        </button>
    }
}

fn direction(list: List, by: RunSort) -> Option<&'static str> {
    let chosen = list.order.chosen.get();
    (chosen.by == by).then_some(match chosen.descending {
        true => "descending",
        false => "ascending",
    })
}

/// What the runs below have in common.
#[component]
fn Heading(title: String, runs: Option<u64>) -> impl IntoView {
    let count = runs.map(|runs| match runs {
        1 => "1 run".to_owned(),
        runs => format!("{runs} runs"),
    });
    view! {
        <tr class="heading" data-heading="">
            <th scope="rowgroup" colspan=ALL.to_string()>
                {title}
                " "
                <span class="sub">{count}</span>
            </th>
        </tr>
    }
}

/// Stands for the rows that are not in the document.
#[component]
fn Spacer(height: Signal<f64>) -> impl IntoView {
    view! {
        <tr class="spacer" aria-hidden="true" hidden=move || height.get() == 0.0>
            <td colspan=ALL.to_string() style:height=move || format!("{}px", height.get())></td>
        </tr>
    }
}
