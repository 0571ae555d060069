//! What the figures of a page show: measure, statistic, axis, floor, cursor. The address keeps it.

use super::choice::Choice;
use super::notice::Notice;
use crate::address::Address;
use leptos::prelude::*;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::route::{
    Cursor, DEFAULT_FLOOR, Facets, Smoothing, Statistic, ViewState, YScale,
};

/// The floors of a log axis that are offered, as parts of the largest value.
const FLOORS: [(&str, f64); 6] = [
    ("from the data", DEFAULT_FLOOR),
    ("10⁻² × max", 1e-2),
    ("10⁻⁴ × max", 1e-4),
    ("10⁻⁶ × max", 1e-6),
    ("10⁻⁹ × max", 1e-9),
    ("10⁻¹² × max", 1e-12),
];

/// A part of an attack: its name, and its first and last step.
pub type Part = (String, (u32, u32));

/// The bar above figures, and what the address asked for in vain.
#[component]
pub fn Settings(
    address: Address,
    /// The parts of the attack that can be shown alone, each with its first and last step.
    #[prop(into)]
    parts: Signal<Vec<Part>>,
    /// What only this page can choose.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let vain = move || {
        let words = address.notices.get();
        (!words.is_empty()).then(|| view! { <Notice kind="warn" words=words.join(" ") /> })
    };
    view! {
        <div class="stack">
            {vain}
            <div class="row" role="group" aria-label="What the figures show">
                <MeasureSelect address />
                <Kept
                    address
                    label="Median with quartiles, or mean with its 95 % interval"
                    options=&[("median", "Median"), ("mean", "Mean")]
                    read=|view| view.statistic.id()
                    write=|view, id| view.statistic = Statistic::from_id(id).unwrap_or(view.statistic)
                />
                <Kept
                    address
                    label="Vertical axis"
                    lead="Axis"
                    options=&[("auto", "Auto"), ("log", "Log"), ("linear", "Linear")]
                    read=|view| view.y.id()
                    write=|view, id| view.y = YScale::from_id(id).unwrap_or(view.y)
                />
                <Floor address />
                <Kept
                    address
                    label="Smoothing: a running median of so many steps, with each value faint behind it"
                    lead="Smoothing"
                    options=&[("off", "Raw"), ("median-3", "Median of 3"), ("median-9", "of 9"), ("median-21", "of 21")]
                    read=|view| view.smooth.id()
                    write=|view, id| view.smooth = Smoothing::from_id(id).unwrap_or(view.smooth)
                />
                {move || (!parts.with(Vec::is_empty)).then(|| view! { <PartSelect address parts /> })}
                <Kept
                    address
                    label="Cursor in the figures (key c)"
                    options=&[("line", "Cursor: line"), ("all", "values"), ("off", "off")]
                    read=|view| view.cursor.id()
                    write=|view, id| view.cursor = Cursor::from_id(id).unwrap_or(view.cursor)
                />
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// A choice of a few values that the address keeps.
#[component]
pub fn Kept(
    address: Address,
    label: &'static str,
    /// What stands before them.
    #[prop(optional)]
    lead: &'static str,
    options: &'static [(&'static str, &'static str)],
    read: fn(&ViewState) -> &'static str,
    write: fn(&mut ViewState, &str),
) -> impl IntoView {
    let options = options.iter().map(|(id, title)| (*id, (*title).to_owned()));
    let options = options.collect::<Vec<_>>();
    let chosen = Signal::derive(move || address.view.with(read));
    let choose = move |id: &'static str| address.push(|view| write(view, id));
    view! { <Choice label lead options chosen choose /> }
}

/// Whether several runs or epsilons have a panel each.
#[component]
pub fn Panels(address: Address) -> impl IntoView {
    view! {
        <Kept
            address
            label="Curves together, or one panel each with one vertical scale for all or each its own"
            lead="Curves"
            options=&[("off", "Together"), ("shared", "One panel each"), ("free", "own scales")]
            read=|view| view.facets.id()
            write=|view, id| view.facets = Facets::from_id(id).unwrap_or(view.facets)
        />
    }
}

#[component]
fn MeasureSelect(address: Address) -> impl IntoView {
    let option = move |measure: &Measure| {
        let measure = *measure;
        let chosen = move || address.view.with(|view| view.measure == measure);
        view! {
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
    view! {
        <label class="inline">
            <span class="hidden-text">"Measure"</span>
            <select data-setting="measure" on:change:target=move |event| choose(event.target().value())>
                <optgroup label="Sharpness">{sharp.iter().map(option).collect_view()}</optgroup>
                <optgroup label="Other">{other.iter().map(option).collect_view()}</optgroup>
            </select>
        </label>
    }
}

#[component]
fn Floor(address: Address) -> impl IntoView {
    let option = move |(title, value): (&'static str, f64)| {
        let chosen = move || address.view.with(|view| view.floor == value);
        view! {
            <option value=value.to_string() prop:selected=chosen>
                {title}
            </option>
        }
    };
    // An address may name a floor that is not on the list.
    let own = move || {
        let floor = address.view.with(|view| view.floor);
        let listed = FLOORS.iter().any(|(_, value)| *value == floor);
        (!listed).then(|| view! { <option selected>{format!("{floor:e}")}</option> })
    };
    let choose = move |text: String| {
        if let Ok(floor) = text.parse::<f64>() {
            address.push(|view| view.floor = floor);
        }
    };
    view! {
        <label class="inline" title="On a log axis, values below this part of the largest are counted at the edge">
            "Floor"
            <select data-setting="floor" on:change:target=move |event| choose(event.target().value())>
                {own}
                {FLOORS.map(option).collect_view()}
            </select>
        </label>
    }
}

/// The part of the attack that the figures by step show.
#[component]
fn PartSelect(address: Address, parts: Signal<Vec<Part>>) -> impl IntoView {
    let written = |(from, to): (u32, u32)| format!("{from}-{to}");
    let chosen = move |range: Option<(u32, u32)>| address.view.with(|view| view.range == range);
    let option = move |(name, range): Part| {
        view! {
            <option value=written(range) prop:selected=move || chosen(Some(range))>
                {name}
            </option>
        }
    };
    // An address may name steps that are no part.
    let own = move || {
        let range = address.view.with(|view| view.range)?;
        let listed = parts.with(|parts| parts.iter().any(|part| part.1 == range));
        let (from, to) = range;
        (!listed).then(|| view! { <option selected>{format!("steps {from} to {to}")}</option> })
    };
    let choose = move |text: String| {
        let parts = parts.get_untracked();
        let part = parts.into_iter().find(|part| written(part.1) == text);
        address.push(|view| view.range = part.map(|part| part.1));
    };
    view! {
        <label class="inline" title="Which part of the attack the figures by step show">
            "Part"
            <select data-setting="part" on:change:target=move |event| choose(event.target().value())>
                <option value="" prop:selected=move || chosen(None)>
                    "all parts"
                </option>
                {own}
                {move || parts.get().into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}
