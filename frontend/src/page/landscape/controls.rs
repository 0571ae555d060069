//! Which plane of which example.

use super::Page;
use crate::view::settings::Kept;
use leptos::prelude::*;
use valleyscope_shared::route::{Direction, YScale};

/// The finenesses that are offered.
const COUNTS: [usize; 4] = [25, 51, 75, 101];
/// The radii that are offered, as parts of the weights' length.
const RADII: [f64; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];

/// The bar above the figure.
#[component]
pub fn Controls(page: Page) -> impl IntoView {
    let address = page.address;
    let last = move || {
        let examples = page
            .live
            .state
            .with(|state| state.started.as_ref().map_or(0, |started| started.examples));
        examples.saturating_sub(1).to_string()
    };
    let row = move || address.view.with(super::row).to_string();
    let choose = move |text: String| address.push(|view| view.example = text.trim().parse().ok());
    let radius = move |(value, title): (f64, String)| {
        let chosen = move || address.view.with(|view| view.plane.radius == value);
        view! {
            <option value=value.to_string() prop:selected=chosen>
                {title}
            </option>
        }
    };
    let count = move |count: usize| {
        let chosen = move || address.view.with(|view| view.plane.count == count);
        view! {
            <option value=count.to_string() prop:selected=chosen>
                {format!("{count} × {count}")}
            </option>
        }
    };
    let write_radius = move |text: String| {
        if let Ok(radius) = text.parse() {
            address.push(|view| view.plane.radius = radius);
        }
    };
    let write_count = move |text: String| {
        if let Ok(count) = text.parse() {
            address.push(|view| view.plane.count = count);
        }
    };
    view! {
        <div class="row" role="group" aria-label="What the figure shows">
            <label class="inline" title="The row of the example">
                "Example"
                <input
                    type="number"
                    min="0"
                    max=last
                    data-setting="example"
                    prop:value=row
                    on:change:target=move |event| choose(event.target().value())
                />
            </label>
            <Kept
                address
                label="Where the second axis goes"
                lead="Second axis"
                options=&[("eigenvector", "Most curved"), ("random", "Random")]
                read=|view| view.plane.direction.id()
                write=|view, id| {
                    view.plane.direction = Direction::from_id(id).unwrap_or(view.plane.direction);
                }
            />
            <Kept
                address
                label="Scale of the colours"
                lead="Colours"
                options=&[("auto", "Log"), ("linear", "Linear")]
                read=|view| match view.y {
                    YScale::Linear => "linear",
                    _ => "auto",
                }
                write=|view, id| view.y = YScale::from_id(id).unwrap_or(view.y)
            />
            <label class="inline" title="How far the plane goes to each side, as a part of the weights' length">
                "Reach"
                <select data-setting="radius" on:change:target=move |event| write_radius(event.target().value())>
                    {RADII.map(|value| (value, format!("{value} ‖W‖"))).map(radius).collect_view()}
                </select>
            </label>
            <label class="inline" title="How many places the plane has">
                "Places"
                <select data-setting="count" on:change:target=move |event| write_count(event.target().value())>
                    {COUNTS.map(count).collect_view()}
                </select>
            </label>
        </div>
    }
}
