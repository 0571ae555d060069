//! What can be done with the ticked runs.

use crate::base::at;
use crate::state::shared;
use leptos::prelude::*;
use valleyscope_shared::route::MOST_COMPARED;

/// The most runs that fit into a figure.
const MOST: usize = MOST_COMPARED + 1;

/// How many runs are ticked, and the way to their comparison; nothing while none is.
#[component]
pub fn Tray(chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let shared = shared();
    let count = Memo::new(move |_| chosen.with(Vec::len));
    Effect::new(move |before: Option<usize>| {
        let now = count.get();
        if before.is_some_and(|before| before != now) {
            shared.say(format!("{now} runs ticked"));
        }
        now
    });
    let words = move || match count.get() {
        1 => "1 run ticked; tick another to compare".to_owned(),
        count if count > MOST => format!("{count} runs ticked; at most {MOST} fit into a figure"),
        count => format!("{count} runs ticked"),
    };
    let href = move || chosen.with(|ids| at(&format!("/compare?runs={}", ids.join(","))));
    view! {
        <Show when=move || count.get() != 0>
            <div class="tray">
                <span>{words}</span>
                <Show when=move || (2..=MOST).contains(&count.get())>
                    <a class="button primary" href=href>
                        "Compare"
                    </a>
                </Show>
                <button class="button bare" on:click=move |_| chosen.set(Vec::new())>
                    "Clear"
                </button>
            </div>
        </Show>
    }
}
