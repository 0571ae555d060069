//! The figures of the page, and the layers behind the product bound.

use super::Page;
use crate::view::figure::{Chart as FigureView, saving_of};
use leptos::prelude::*;
use valleyscope_shared::amount::significant;
use valleyscope_shared::chart::theory::{ALL, TheoryChart};
use valleyscope_shared::theory::LayerBound;

/// All figures, each with a sentence on what it answers.
#[component]
pub fn Figures(page: Page) -> impl IntoView {
    let one = move |chart: &'static TheoryChart| view! { <One page chart /> };
    view! {
        <section class="theory" aria-label="Figures">
            {ALL.iter().map(one).collect_view()}
        </section>
    }
}

#[component]
fn One(page: Page, chart: &'static TheoryChart) -> impl IntoView {
    let saved = Some(Callback::new(move |title| {
        let view = page.address.view.get_untracked();
        page.id
            .with_value(|id| saving_of(id, chart.id, &view, title))
    }));
    let figure = page.figure(chart);
    let by_step = !matches!(chart.id, "theory-radii" | "theory-constants");
    let pointer = by_step.then_some(page.pointer);
    let several = figure.with_untracked(|figure| figure.panels.len() > 1);
    let class = if several { "two" } else { "tall" };
    view! {
        <div class="stack">
            <FigureView kind=chart.id figure pointer saved class />
            <p class="small">{chart.help}</p>
        </div>
    }
}

/// The layers with their constants, as numbers.
#[component]
pub fn Bars(page: Page) -> impl IntoView {
    let layers = Memo::new(move |_| {
        let layers = page.theory.ready(|theory| {
            let known = theory.sensitivity.as_ref();
            known.map_or_else(Vec::new, |known| known.layers.clone())
        });
        layers.unwrap_or_default()
    });
    let row = |(place, layer): (usize, LayerBound)| {
        let up_to = layer
            .up_to
            .map_or_else(|| "none".to_owned(), |bound| significant(bound, 4));
        view! {
            <tr>
                <td class="number">{place + 1}</td>
                <td>
                    <code>{layer.name}</code>
                </td>
                <td>{layer.kind}</td>
                <td class="number">{significant(layer.factor, 4)}</td>
                <td class="number">{up_to}</td>
            </tr>
        }
    };
    let rows = move || layers.get().into_iter().enumerate().map(row).collect_view();
    view! {
        <Show when=move || !layers.with(Vec::is_empty)>
            <details class="card">
                <summary>"Layers and their constants"</summary>
                <div class="scroll" tabindex="0" role="region" aria-label="Layers and their constants">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">"No."</th>
                                <th scope="col">"Layer"</th>
                                <th scope="col">"Kind"</th>
                                <th scope="col">"Its constant"</th>
                                <th scope="col">"From the image on"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </Show>
    }
}
