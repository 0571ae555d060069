//! The picture of a figure with its cursor: drawn only near the screen, and only when something changed.

use super::canvas::{once_a_frame, paint};
use super::overlay::{Here, Overlay, Pointer};
use super::seen::seen;
use crate::state::shared;
use leptos::ev;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use valleyscope_shared::chart::{Figure, PanelLayout};

/// The picture alone.
#[component]
pub fn Plot(
    figure: Memo<Figure>,
    #[prop(optional_no_strip)] pointer: Option<Pointer>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let canvas = NodeRef::<Canvas>::new();
    let theme = shared().theme.now;
    let here = Here {
        pointer,
        layout: RwSignal::new(None),
        own: RwSignal::new(None),
        part: RwSignal::new(None),
    };
    let seen = seen(place);
    let draw_now = move || {
        if let Some(canvas) = canvas.get_untracked() {
            let layout =
                figure.with_untracked(|figure| paint(&canvas, figure, theme.get_untracked()));
            if here.layout.with_untracked(|known| *known != layout) {
                here.layout.set(layout);
            }
        }
    };
    let draw = once_a_frame(draw_now);
    Effect::new(move || {
        seen.sized.track();
        theme.track();
        canvas.track();
        if seen.near.get() {
            figure.track();
            // Paper does not wait for the next frame.
            match seen.printing.get() {
                true => draw_now(),
                false => draw(),
            }
        }
    });
    let keyed = move |event: ev::KeyboardEvent| {
        if here.key(&event.key()) {
            event.prevent_default();
        }
    };
    let panel = move |look: &dyn Fn(&PanelLayout) -> usize| {
        let place = here
            .layout
            .with(|layout| layout.as_ref()?.panels.first().map(look));
        place.unwrap_or(0).to_string()
    };
    let last = move || panel(&|panel| panel.stops.len().saturating_sub(1));
    let now = move || {
        let x = here.own.get();
        panel(&|panel| {
            let stop = panel.stops.iter().position(|stop| Some(stop.x) == x);
            stop.unwrap_or(0)
        })
    };
    let name = move || figure.with(|figure| format!("Cursor in the figure {}", figure.title));
    let says = move || {
        figure.with(|figure| match here.words(figure) {
            words if words.is_empty() => figure.caption.clone(),
            words => words,
        })
    };
    view! {
        <div
            class="plot"
            node_ref=place
            role="slider"
            tabindex="0"
            aria-label=name
            aria-valuemin="0"
            aria-valuemax=last
            aria-valuenow=now
            aria-valuetext=says
            class:over-part=move || here.part.with(Option::is_some)
            title=move || here.part.get().map(|part| format!("Only {part}; again for all parts"))
            on:pointermove=move |event| here.move_to(f64::from(event.offset_x()), f64::from(event.offset_y()))
            on:pointerleave=move |_| here.stand(None)
            on:blur=move |_| here.stand(None)
            on:click=move |event| here.click(f64::from(event.offset_x()), f64::from(event.offset_y()))
            on:keydown=keyed
        >
            <Show when=move || seen.near.get()>
                <canvas node_ref=canvas aria-hidden="true"></canvas>
            </Show>
            <Overlay here figure theme />
        </div>
    }
}
