//! The head of the page: which run, whom it is about, and its files.

use super::Page;
use crate::base::at;
use crate::view::settings::Kept;
use leptos::prelude::*;
use valleyscope_shared::route::{self, YScale};
use valleyscope_shared::valley::Population;

/// Title, way back, and what the figures show.
#[component]
pub fn Heading(page: Page) -> impl IntoView {
    let title = move || page.live.known(|run| run.title.clone()).unwrap_or_default();
    let run = page.id.with_value(|id| at(&format!("/runs/{id}")));
    let file = move || {
        let query = page.address.view.with(super::question);
        page.id
            .with_value(|id| at(&format!("{}.csv?{query}", route::theory(id))))
    };
    view! {
        <div class="stack">
            <p>
                <a href=run>{title}</a>
            </p>
            <h1>"What flatness guarantees"</h1>
            <p class="lead">
                "Bounds of the loss beside its real rise, and certified radii beside the attacks that were found. "
                <a href=at("/definitions/bounds")>"How they are made"</a>
            </p>
            <div class="row" role="group" aria-label="What the figures show">
                <Kept
                    address=page.address
                    label="Whom the curves are about"
                    options=&[("right", "Right when clean"), ("all", "All images")]
                    read=|view| match view.population {
                        Population::Right => "right",
                        Population::All => "all",
                    }
                    write=|view, id| {
                        view.population = match id {
                            "all" => Population::All,
                            _ => Population::Right,
                        }
                    }
                />
                <Kept
                    address=page.address
                    label="Vertical axis"
                    lead="Axis"
                    options=&[("auto", "Log"), ("linear", "Linear")]
                    read=|view| match view.y {
                        YScale::Linear => "linear",
                        _ => "auto",
                    }
                    write=|view, id| view.y = YScale::from_id(id).unwrap_or(view.y)
                />
                <PassSelect page />
                <ExampleSelect page />
                <a class="button" href=file download="" rel="external">
                    "Numbers (CSV)"
                </a>
            </div>
        </div>
    }
}

/// One pass of several.
#[component]
fn PassSelect(page: Page) -> impl IntoView {
    let address = page.address;
    let names = Memo::new(move |_| {
        page.live.state.with(|state| {
            let started = state.started.as_ref();
            started
                .map(|started| started.pass_names())
                .unwrap_or_default()
        })
    });
    let main = move || page.live.state.with(|state| state.main_pass());
    let option = move |(place, name): (usize, String)| {
        let chosen = move || address.view.with(|view| view.pass).unwrap_or_else(main) == place;
        view! {
            <option value=place.to_string() prop:selected=chosen>
                {name}
            </option>
        }
    };
    let choose = move |text: String| address.push(|view| view.pass = text.parse().ok());
    view! {
        <Show when=move || names.with(|names| names.len() > 1)>
            <label class="inline">
                "Pass"
                <select data-setting="pass" on:change:target=move |event| choose(event.target().value())>
                    {move || names.get().into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
        </Show>
    }
}

/// One example alone, by its row; all where there is none.
#[component]
fn ExampleSelect(page: Page) -> impl IntoView {
    let address = page.address;
    let last = move || {
        let examples = page
            .live
            .state
            .with(|state| state.started.as_ref().map_or(0, |started| started.examples));
        examples.saturating_sub(1).to_string()
    };
    let row = move || {
        address
            .view
            .with(|view| view.example.map(|row| row.to_string()))
    };
    let choose = move |text: String| address.push(|view| view.example = text.trim().parse().ok());
    view! {
        <label class="inline" title="The row of one example, to see it alone; empty for all">
            "Example"
            <input
                type="number"
                min="0"
                max=last
                placeholder="all"
                data-setting="example"
                prop:value=move || row().unwrap_or_default()
                on:change:target=move |event| choose(event.target().value())
            />
        </label>
    }
}
