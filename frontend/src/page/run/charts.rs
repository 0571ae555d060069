//! The run's figures: the main one and small multiples, under one cursor.

use super::Page;
use super::selection::{can_select, select};
use crate::view::figure::{Chart as Figure, saving_of};
use leptos::prelude::*;
use valleyscope_shared::chart::{self, Chart};
use valleyscope_shared::measure::Measure;

/// The figure of the chosen measure.
#[component]
pub fn Main(page: Page) -> impl IntoView {
    view! { <One page kind="sharpness" class="wide" by_step=true measures=chosen(page) /> }
}

/// The figures beside it.
#[component]
pub fn Others(page: Page) -> impl IntoView {
    use Measure::{Confidence, Gini, Loss, Margin, PhiSq};
    let chosen = chosen(page);
    view! {
        <h2 class="hidden-text">"Figures"</h2>
        <section class="multiples" aria-label="Figures">
            // Where the loss is the chosen measure, the main figure shows it.
            <Show when=move || !chosen.with(|chosen| chosen.contains(&Loss))>
                <One page kind="loss" by_step=true measures=vec![Loss, Margin] />
            </Show>
            <One page kind="accuracy" by_step=true />
            <One page kind="confidence" by_step=true measures=vec![Confidence] />
            <One page kind="factors" class="two" by_step=true measures=vec![Gini, PhiSq] />
            <One page kind="aligned" measures=chosen />
            <One page kind="peak-minus-flip" />
            <One page kind="first-flip" />
            <One page kind="confusion" class="tall" />
        </section>
    }
}

fn chosen(page: Page) -> Signal<Vec<Measure>> {
    Signal::derive(move || page.address.view.with(|view| vec![view.measure]))
}

#[component]
fn One(
    page: Page,
    kind: &'static str,
    #[prop(optional)] class: &'static str,
    /// Whether its axis has the steps of the attack, so that it shares the cursor.
    #[prop(optional)]
    by_step: bool,
    #[prop(optional, into)] measures: Signal<Vec<Measure>>,
) -> impl IntoView {
    let saved = Some(Callback::new(move |title| {
        let view = page.address.view.get_untracked();
        page.id.with_value(|id| saving_of(id, kind, &view, title))
    }));
    let figure = page.figure(kind);
    let pointer = by_step.then_some(page.pointer);
    let mark = can_select(kind).then(|| Callback::new(move |marked| select(page, kind, marked)));
    let of_trace = match chart::find(kind).is_some_and(Chart::needs_trace) {
        true => "of-trace ",
        false => "",
    };
    let class = format!("{of_trace}{class}");
    view! { <Figure kind figure pointer mark saved measures class /> }
}
