//! The table of runs, of which only the part near the window is in the document.

use super::list::List;
use super::row::row;
use super::window::span;
use crate::dom::{View, listed, place};
use crate::lean::{effect, memo};
use crate::signal::{RwSignal, Signal};
use valleyscope_markup::html;

/// The columns after tick, run and state; left out where there is no room.
const RESULTS: [(&str, &str); 5] = [
    ("Clean", "Accuracy on the clean images"),
    ("Robust", "Share of images right at every step"),
    ("First flip", "Median step of the first flip"),
    ("Peak at flip", "Sharpest at the flip or one step before"),
    (
        "In valley",
        "At the end flipped and flatter than when clean",
    ),
];

/// The table.
pub fn table(list: List, chosen: RwSignal<Vec<String>>) -> View {
    let body = place::<web_sys::HtmlTableSectionElement>();
    let count = memo(move || list.rows.with(Vec::len));
    let span = span(body, count.into());
    effect(move || {
        // A screenful before the end the next page is asked for.
        if span.get().to + 20 >= count.get() {
            list.more();
        }
    });
    let ids = move || {
        let span = span.get();
        list.rows.with(|rows| {
            let seen = rows.get(span.from..span.to.min(rows.len())).unwrap_or(&[]);
            let numbered = seen.iter().enumerate();
            numbered
                .map(|(place, run)| (span.from + place, run.id.clone()))
                .collect::<Vec<_>>()
        })
    };
    let above = move || {
        let span = span.get();
        span.from as f64 * span.height
    };
    let below = move || {
        let span = span.get();
        count.get().saturating_sub(span.to) as f64 * span.height
    };
    let results = RESULTS.map(|(title, help)| {
        html! {
            <th class="num wide-only" scope="col" title=help>
                {title}
            </th>
        }
    });
    html! {
        <table class="runs" aria-rowcount=move || list.matching.get().to_string()>
            <thead>
                <tr>
                    <th scope="col">
                        <span class="hidden-text">"Tick to compare"</span>
                    </th>
                    <th scope="col">"Run"</th>
                    <th scope="col">"State"</th>
                    {Vec::from(results)}
                </tr>
            </thead>
            <tbody node_ref=body>
                {spacer(Signal::derive(above))}
                {listed(ids, move |place, id| row(list, chosen, place, id))}
                {spacer(Signal::derive(below))}
            </tbody>
        </table>
    }
}

/// Stands for the rows that are not in the document.
fn spacer(height: Signal<f64>) -> View {
    html! {
        <tr class="spacer" aria-hidden="true" hidden=move || height.get() == 0.0>
            <td colspan="8" style:height=move || format!("{}px", height.get())></td>
        </tr>
    }
}
