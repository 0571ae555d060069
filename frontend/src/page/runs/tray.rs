//! What can be done with the ticked runs.

use super::bin::Bin;
use super::list::List;
use crate::base::at;
use crate::state::shared;
use leptos::prelude::*;
use valleyscope_shared::route::MOST_COMPARED;

/// The most runs that fit into a figure.
const MOST: usize = MOST_COMPARED + 1;

/// How many runs are ticked, the way to their comparison, and their deletion; nothing while none is.
#[component]
pub fn Tray(list: List, chosen: RwSignal<Vec<String>>, bin: Bin) -> impl IntoView {
    let shared = shared();
    let count = Memo::new(move |_| chosen.with(Vec::len));
    Effect::new(move |before: Option<usize>| {
        let now = count.get();
        if before.is_some_and(|before| before != now) {
            shared.say(format!("{now} runs ticked"));
        }
        now
    });
    // Those of which nothing is known any more end as the server says.
    let busy = Memo::new(move |_| {
        chosen.with(|ids| {
            let open = ids
                .iter()
                .filter(|id| list.find(id).is_some_and(|run| !run.phase.ended()));
            open.count()
        })
    });
    let words = move || match count.get() {
        1 => "1 run ticked; tick another to compare".to_owned(),
        count if count > MOST => format!("{count} runs ticked; at most {MOST} fit into a figure"),
        count => format!("{count} runs ticked"),
    };
    let href = move || chosen.with(|ids| at(&format!("/compare?runs={}", ids.join(","))));
    let delete = move |_| {
        if busy.get_untracked() == 0 {
            bin.put(chosen.get_untracked());
            chosen.set(Vec::new());
        }
    };
    let why = move || (busy.get() > 0).then_some("Some have not ended; cancel them first");
    view! {
        <Show when=move || count.get() != 0>
            <div class="tray">
                <span>{words}</span>
                <Show when=move || (2..=MOST).contains(&count.get())>
                    <a class="button primary" href=href>
                        "Compare"
                    </a>
                </Show>
                <button
                    class="button danger"
                    title=why
                    aria-disabled=move || (busy.get() > 0).then_some("true")
                    on:click=delete
                >
                    "Delete"
                </button>
                <button class="button bare" on:click=move |_| chosen.set(Vec::new())>
                    "Clear"
                </button>
                <span class="small quiet">{why}</span>
            </div>
        </Show>
    }
}
