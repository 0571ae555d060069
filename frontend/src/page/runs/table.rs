//! The table of runs, of which only the part near the window is in the document.

use super::list::List;
use super::row::Row;
use super::window::span;
use leptos::html::Tbody;
use leptos::prelude::*;

/// The columns after tick, run and state; left out where there is no room.
const RESULTS: [(&str, &str); 5] = [
    ("Clean", "Accuracy on the clean images"),
    ("Robust", "Share of images right at every step"),
    ("First flip", "Median step of the first flip"),
    ("Peak at flip", "Sharpest at the flip or one step before"),
    (
        "Below clean",
        "At the end flipped and flatter than when clean",
    ),
];

/// The next page is asked for when this many rows or fewer are left, a screenful.
const AHEAD: usize = 20;

/// The table.
#[component]
pub fn Table(list: List, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let body = NodeRef::<Tbody>::new();
    let count = Memo::new(move |_| list.rows.with(Vec::len));
    let span = span(body, count);
    Effect::new(move || {
        if span.get().to + AHEAD >= count.get() {
            list.more();
        }
    });
    let entries = Memo::new(move |_| {
        let span = span.get();
        list.rows.with(|rows| {
            let numbered = rows.iter().enumerate().take(span.to).skip(span.from);
            let entries = numbered.map(|(place, run)| (place, run.id.clone()));
            entries.collect::<Vec<_>>()
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
    let head = |(title, help)| {
        view! {
            <th class="num wide-only" scope="col" title=help>
                {title}
            </th>
        }
    };
    view! {
        <table class="runs" aria-rowcount=move || list.matching.get().to_string()>
            <thead>
                <tr>
                    <th scope="col">
                        <span class="hidden-text">"Tick to compare"</span>
                    </th>
                    <th scope="col">"Run"</th>
                    <th scope="col">"State"</th>
                    {RESULTS.map(head).collect_view()}
                </tr>
            </thead>
            <tbody node_ref=body>
                <Spacer height=Signal::derive(above) />
                <For each=move || entries.get() key=Clone::clone let((place, id))>
                    <Row list chosen place id />
                </For>
                <Spacer height=Signal::derive(below) />
            </tbody>
        </table>
    }
}

/// Stands for the rows that are not in the document.
#[component]
fn Spacer(height: Signal<f64>) -> impl IntoView {
    view! {
        <tr class="spacer" aria-hidden="true" hidden=move || height.get() == 0.0>
            <td colspan="8" style:height=move || format!("{}px", height.get())></td>
        </tr>
    }
}
