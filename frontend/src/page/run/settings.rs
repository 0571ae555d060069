//! What the figures show: besides what every page of figures can choose, whom they are about.

use super::Page;
use crate::address::Address;
use crate::view::settings::{Kept, Panels, Settings};
use leptos::prelude::*;
use valleyscope_shared::chart::Stops;
use valleyscope_shared::event::Started;
use valleyscope_shared::valley::Population;

/// A population in an address.
pub fn population_id(population: Population) -> &'static str {
    match population {
        Population::Right => "right",
        Population::All => "all",
    }
}

/// The bar above the figures of a run.
#[component]
pub fn RunSettings(page: Page) -> impl IntoView {
    let address = page.address;
    let names = Memo::new(move |_| {
        page.live.state.with(|state| {
            let started = state.started.as_ref();
            started
                .map(|started| started.pass_names())
                .unwrap_or_default()
        })
    });
    let several = Memo::new(move |_| {
        let state = page.live.state.read();
        let started = state.started.as_ref();
        started.is_some_and(Started::several_epsilons)
            && address.view.with(|view| view.pass.is_none())
    });
    let passes = move || {
        let names = names.get();
        (names.len() > 1).then(|| view! { <PassSelect address names /> })
    };
    let parts = Memo::new(move |_| {
        page.live.state.with(|state| {
            let axes = state.started.iter().map(|started| &started.axis);
            Stops::of(axes, None).parts()
        })
    });
    view! {
        <Settings address parts>
            <Kept
                address
                label="Whom the curves are about"
                options=&[("right", "Right when clean"), ("all", "All images")]
                read=|view| population_id(view.population)
                write=|view, id| {
                    view.population = match id {
                        "all" => Population::All,
                        _ => Population::Right,
                    }
                }
            />
            {passes}
            <Show when=move || several.get()>
                <Panels address />
            </Show>
        </Settings>
    }
}

#[component]
fn PassSelect(address: Address, names: Vec<String>) -> impl IntoView {
    let option = move |(place, name): (usize, String)| {
        let chosen = move || address.view.with(|view| view.pass == Some(place));
        view! {
            <option value=place.to_string() prop:selected=chosen>
                {name}
            </option>
        }
    };
    let choose = move |text: String| address.push(|view| view.pass = text.parse().ok());
    view! {
        <label class="inline">
            "Pass"
            <select data-setting="pass" on:change:target=move |event| choose(event.target().value())>
                <option value="" prop:selected=move || address.view.with(|view| view.pass.is_none())>
                    "all"
                </option>
                {names.into_iter().enumerate().map(option).collect_view()}
            </select>
        </label>
    }
}
