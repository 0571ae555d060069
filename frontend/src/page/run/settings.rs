//! What the figures show: measure, statistic, axis, population, cursor.

use super::Page;
use crate::address::Address;
use crate::dom::View;
use crate::lean::{memo, typed};
use crate::signal::Signal;
use crate::view::choice::choice;
use crate::view::notice;
use crate::view::part::part;
use leptos::prelude::*;
use valleyscope_markup::html;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::route::{Cursor, Statistic, ViewState, YScale};
use valleyscope_shared::valley::Population;

/// The floors of a log axis that are offered, as parts of the largest value.
const FLOORS: [(&str, f64); 5] = [
    ("10⁻²", 1e-2),
    ("10⁻⁴", 1e-4),
    ("10⁻⁶", 1e-6),
    ("10⁻⁹", 1e-9),
    ("10⁻¹²", 1e-12),
];

/// The bar above the figures of a run.
pub fn settings(page: Page) -> View {
    let seeds = memo(move || {
        page.live.state.with(|state| {
            let started = state.started.as_ref();
            started
                .map(|started| started.pass_names())
                .unwrap_or_default()
        })
    });
    let address = page.address;
    let passes = move || {
        let seeds = seeds.get();
        (seeds.len() > 1).then(|| pass(address, seeds))
    };
    html! {
        <div class="stack">
            {notices(address)}
            <div class="row" role="group" aria-label="What the figures show">
                {shared(address)}
                {who(address)}
                {passes}
            </div>
        </div>
    }
}

/// What the address asked for in vain.
fn notices(address: Address) -> View {
    part(move || {
        let words = address.notices.get();
        (!words.is_empty()).then(|| notice::notice("warn", words.join(" ")))
    })
}

/// The bar of a comparison.
pub fn bar(address: Address) -> View {
    html! {
        <div class="stack">
            {notices(address)}
            <div class="row" role="group" aria-label="What the figures show">
                {shared(address)}
            </div>
        </div>
    }
}

/// The settings that a run and a comparison have in common.
fn shared(address: Address) -> View {
    html! {
        {measure_select(address)}
        {statistic(address)}
        {axis(address)}
        {floor(address)}
        {cursor(address)}
    }
}

fn measure_select(address: Address) -> View {
    let option = move |measure: &Measure| {
        let measure = *measure;
        let chosen = move || address.view.with(|view| view.measure == measure);
        html! {
            <option value=measure.id() prop:selected=chosen>
                {measure.title()}
            </option>
        }
    };
    let (sharp, other): (Vec<Measure>, Vec<Measure>) = measure::ALL
        .iter()
        .partition(|measure| measure.is_sharpness());
    let choose = move |id: String| {
        if let Some(measure) = Measure::from_id(&id) {
            address.push(|view| view.measure = measure);
        }
    };
    html! {
        <label class="inline">
            "Measure"
            <select on:change=typed(choose) data-setting="measure">
                <optgroup label="Sharpness">{sharp.iter().map(option).collect::<Vec<_>>()}</optgroup>
                <optgroup label="Other">{other.iter().map(option).collect::<Vec<_>>()}</optgroup>
            </select>
        </label>
    }
}

/// A choice that the address keeps.
fn kept(
    address: Address,
    label: &'static str,
    options: &[(&'static str, &str)],
    read: fn(&ViewState) -> &'static str,
    write: fn(&mut ViewState, &str),
) -> View {
    let options = options
        .iter()
        .map(|(id, title)| (*id, (*title).to_owned()))
        .collect();
    let chosen = Signal::derive(move || address.view.with(read));
    let choose = Callback::new(move |id: &'static str| address.push(|view| write(view, id)));
    choice(label, options, chosen, choose)
}

fn statistic(address: Address) -> View {
    let options = [("median", "Median, quartiles"), ("mean", "Mean, interval")];
    kept(
        address,
        "Statistic",
        &options,
        |view| view.statistic.id(),
        |view, id| {
            view.statistic = Statistic::from_id(id).unwrap_or(view.statistic);
        },
    )
}

fn axis(address: Address) -> View {
    let options = [("auto", "Auto"), ("log", "Log"), ("linear", "Linear")];
    kept(
        address,
        "Vertical axis",
        &options,
        |view| view.y.id(),
        |view, id| {
            view.y = YScale::from_id(id).unwrap_or(view.y);
        },
    )
}

fn cursor(address: Address) -> View {
    let options = [("line", "Cursor: line"), ("all", "values"), ("off", "off")];
    kept(
        address,
        "Cursor (key c)",
        &options,
        |view| view.cursor.id(),
        |view, id| {
            view.cursor = Cursor::from_id(id).unwrap_or(view.cursor);
        },
    )
}

fn who(address: Address) -> View {
    let options = [("right", "Right when clean"), ("all", "All images")];
    let read = |view: &ViewState| match view.population {
        Population::Right => "right",
        Population::All => "all",
    };
    kept(
        address,
        "Whom the curves are about",
        &options,
        read,
        |view, id| {
            view.population = if id == "all" {
                Population::All
            } else {
                Population::Right
            };
        },
    )
}

fn floor(address: Address) -> View {
    let options = FLOORS.map(|(title, value)| {
        let chosen = move || address.view.with(|view| view.floor == value);
        html! {
            <option value=value.to_string() prop:selected=chosen>
                {title}
            </option>
        }
    });
    // An address may name a floor that is not on the list.
    let own = move || {
        let floor = address.view.with(|view| view.floor);
        let listed = FLOORS.iter().any(|(_, value)| *value == floor);
        (!listed).then(|| html! { <option selected>{format!("{floor:e}")}</option> })
    };
    let choose = move |text: String| {
        if let Ok(floor) = text.parse::<f64>() {
            address.push(|view| view.floor = floor);
        }
    };
    html! {
        <label class="inline" title="On a log axis, values below this part of the largest are counted at the edge">
            "Floor"
            <select on:change=typed(choose) data-setting="floor">
                {own}
                {options}
            </select>
        </label>
    }
}

fn pass(address: Address, names: Vec<String>) -> View {
    let options: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(|(place, name)| {
            let chosen = move || address.view.with(|view| view.pass == Some(place));
            html! {
                <option value=place.to_string() prop:selected=chosen>
                    {name}
                </option>
            }
        })
        .collect();
    let choose = move |text: String| address.push(|view| view.pass = text.parse().ok());
    html! {
        <label class="inline">
            "Pass"
            <select on:change=typed(choose) data-setting="pass">
                <option value="" prop:selected=move || address.view.with(|view| view.pass.is_none())>
                    "all"
                </option>
                {options}
            </select>
        </label>
    }
}
