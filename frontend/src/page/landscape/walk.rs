//! Along the path: a slider, and playing it.

use super::Page;
use leptos::prelude::*;
use leptos_use_interval::use_interval;
use valleyscope_shared::route::PointName;

/// So many milliseconds a step is shown when it plays.
const PACE_MS: u64 = 250;

/// The slider over the recorded points, and the button that plays them.
#[component]
pub fn Walk(page: Page) -> impl IntoView {
    let last = move || {
        let points = page
            .axis
            .with(|axis| axis.as_ref().map_or(0, |axis| axis.points()));
        points.saturating_sub(1)
    };
    let name = move || {
        let point = page.point();
        page.axis
            .with(|axis| axis.as_ref().map(|axis| axis.name(point)))
    };
    let go = move |point: usize| {
        let step = page.axis.with_untracked(|axis| {
            let axis = axis.as_ref()?;
            Some(
                axis.step_at(point)
                    .map_or(PointName::Start, PointName::Step),
            )
        });
        page.address.replace(|view| view.step = step);
    };
    let playing = RwSignal::new(false);
    let tick = use_interval(PACE_MS).counter;
    Effect::new(move |before: Option<u64>| {
        let now = tick.get();
        if before.is_some() && playing.get_untracked() {
            let (point, last) = untrack(|| (page.point(), last()));
            match point < last {
                true => go(point + 1),
                false => playing.set(false),
            }
        }
        now
    });
    let play = move |_| {
        let ended = untrack(|| page.point() >= last());
        if ended && !playing.get_untracked() {
            go(0);
        }
        playing.update(|playing| *playing = !*playing);
    };
    view! {
        <div class="row" role="group" aria-label="Along the path">
            <button class="button" on:click=play aria-pressed=move || playing.get().to_string()>
                {move || if playing.get() { "Pause" } else { "Play" }}
            </button>
            <input
                type="range"
                class="grow"
                min="0"
                max=move || last().to_string()
                aria-label="Point of the path"
                aria-valuetext=name
                data-setting="point"
                prop:value=move || page.point().to_string()
                on:input:target=move |event| {
                    if let Ok(point) = event.target().value().parse() {
                        go(point);
                    }
                }
            />
            <span class="small" data-point=move || page.point().to_string()>
                {name}
            </span>
        </div>
    }
}
