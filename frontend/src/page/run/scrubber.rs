//! Along the attack: a slider over the recorded points, and play.

use super::example::Look;
use crate::dom::View;
use crate::lean::{act, memo, typed};
use crate::signal::{Memo, RwSignal};
use crate::view::icons;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;
use valleyscope_markup::html;

/// How long a point stays while playing.
const PACE: Duration = Duration::from_millis(220);

/// The slider, the button and the name of the point.
pub fn scrubber(look: Look) -> View {
    let last = memo(move || {
        let points = look
            .detail
            .with(|detail| detail.as_ref().map_or(0, |detail| detail.path.points));
        points.saturating_sub(1)
    });
    let playing = RwSignal::new(false);
    play(look, last, playing);
    let toggle = move || {
        if !playing.get_untracked() && look.point.get_untracked() >= last.get_untracked() {
            look.choose(0);
        }
        playing.update(|playing| *playing = !*playing);
    };
    let moved = move |text: String| {
        playing.set(false);
        if let Ok(point) = text.parse() {
            look.choose(point);
        }
    };
    let keyed = move |event: ev::KeyboardEvent| {
        if event.key() == " " {
            event.prevent_default();
            toggle();
        }
    };
    html! {
        <div class="scrubber">
            <button
                class="button icon"
                aria-label=move || if playing.get() { "Pause" } else { "Play" }
                on:click=act(move |_| toggle())
            >
                {move || if playing.get() { icons::pause() } else { icons::play() }}
            </button>
            <input
                type="range"
                aria-label="Step of the attack"
                min="0"
                max=move || last.get().to_string()
                prop:value=move || look.point.get().to_string()
                aria-valuetext=move || look.label()
                on:input=typed(moved)
                on:keydown=act(keyed)
            />
            <output data-step="">{move || look.label()}</output>
        </div>
    }
}

fn play(look: Look, last: Memo<usize>, playing: RwSignal<bool>) {
    let advance = move || {
        if playing.try_get_untracked() != Some(true) {
            return;
        }
        let point = look.point.get_untracked();
        if point >= last.get_untracked() {
            playing.set(false);
        } else {
            look.choose(point + 1);
        }
    };
    if let Ok(timer) = set_interval_with_handle(advance, PACE) {
        on_cleanup(move || timer.clear());
    }
}
