//! Along the attack: a slider over the recorded points, and play.

use super::example::Look;
use crate::clock::ticks;
use crate::view::icons::{self, Icon};
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// How long a point stays while playing.
const PACE: Duration = Duration::from_millis(220);

/// The slider, the button and the name of the point.
#[component]
pub fn Scrubber(look: Look) -> impl IntoView {
    let last = Memo::new(move |_| look.last());
    let playing = RwSignal::new(false);
    play(look, last, playing);
    let toggle = move || {
        if !playing.get_untracked() && untrack(|| look.point()) >= last.get_untracked() {
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
    let sign = move || {
        let path = if playing.get() {
            icons::PAUSE
        } else {
            icons::PLAY
        };
        view! { <Icon path /> }
    };
    view! {
        <div class="scrubber">
            <button
                class="button icon"
                aria-label=move || if playing.get() { "Pause" } else { "Play" }
                on:click=move |_| toggle()
            >
                {sign}
            </button>
            <input
                type="range"
                aria-label="Step of the attack"
                min="0"
                max=move || last.get().to_string()
                prop:value=move || look.point().to_string()
                aria-valuetext=move || look.label()
                on:input:target=move |event| moved(event.target().value())
                on:keydown=keyed
            />
            <output data-step="">{move || look.label()}</output>
        </div>
    }
}

/// Goes on by one point at every tick while it plays, and stops at the last.
fn play(look: Look, last: Memo<usize>, playing: RwSignal<bool>) {
    let tick = ticks(PACE);
    Effect::new(move || {
        tick.track();
        if !playing.get_untracked() {
            return;
        }
        let point = untrack(|| look.point());
        if point >= last.get_untracked() {
            playing.set(false);
        } else {
            look.choose(point + 1);
        }
    });
}
