//! The picture of a figure with its cursor: drawn only near the screen, and only when something changed.

use super::canvas::{once_a_frame, paint};
use super::marking::{Drag, Marked, Marking};
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
    #[prop(optional_no_strip)] mark: Option<Callback<Marked>>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let canvas = NodeRef::<Canvas>::new();
    let theme = shared().theme.now;
    let here = Here {
        pointer,
        layout: RwSignal::new(None),
        own: RwSignal::new(None),
        height: RwSignal::new(None),
        mark,
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
    let drag = RwSignal::new(None::<Drag>);
    let dragged = StoredValue::new(false);
    let can_mark = mark.is_some() || pointer.is_some_and(|pointer| pointer.zoom.is_some());
    let down = move |event: ev::PointerEvent| {
        dragged.set_value(false);
        let (x, y) = place_of(&event);
        let inside = here.layout.with_untracked(|layout| {
            let panels = layout.as_ref().map(|layout| layout.panels.as_slice());
            panels.is_some_and(|panels| panels.iter().any(|panel| panel.contains(x, y)))
        });
        if can_mark && inside && event.button() == 0 {
            drag.set(Some(Drag { from: x, to: x }));
        }
    };
    let moved = move |event: ev::PointerEvent| {
        let (x, y) = place_of(&event);
        if let Some(Drag { from, .. }) = drag.get_untracked() {
            drag.set(Some(Drag { from, to: x }));
        }
        here.move_to(x, y);
    };
    let up = move |_| {
        if let Some(marked) = drag.get_untracked().filter(|drag| drag.marks()) {
            dragged.set_value(true);
            here.mark_stretch(marked);
        }
        drag.set(None);
    };
    let clicked = move |event: ev::MouseEvent| {
        // What ends a drag is no click.
        if !dragged.get_value() {
            let (x, y) = place_of(&event);
            figure.with_untracked(|figure| here.click(figure, x, y));
        }
    };
    let wheeled = move |event: ev::WheelEvent| {
        // Without a modifier the wheel scrolls the page.
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            event.prevent_default();
            here.zoom_by(event.delta_y() < 0.0);
        }
    };
    let left = move |_| {
        drag.set(None);
        here.stand(None);
    };
    // Panels above each other share what is above and below them.
    let tall = Memo::new(move |_| {
        let panels = figure.with(|figure| figure.panels.len());
        (panels > 2).then(|| format!("{}px", 96 + 120 * panels))
    });
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
            class:can-mark=can_mark
            style:min-height=tall
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=left
            on:pointerleave=left
            on:blur=move |_| here.stand(None)
            on:click=clicked
            on:dblclick=move |_| {
                here.all_steps();
            }
            on:wheel=wheeled
            on:keydown=keyed
        >
            <Show when=move || seen.near.get()>
                <canvas node_ref=canvas aria-hidden="true"></canvas>
            </Show>
            <Overlay here figure theme />
            <Marking here drag />
        </div>
    }
}

/// Where in the figure an event is, in CSS pixels.
fn place_of(event: &ev::MouseEvent) -> (f64, f64) {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}
