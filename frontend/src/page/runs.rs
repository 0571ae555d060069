//! The list of runs: what they are, how far, what came out; tick several to compare them.

mod list;
mod row;
mod table;
mod window;

use crate::dom::{IntoChild, View};
use crate::lean::{act, effect_after, memo, typed};
use crate::signal::RwSignal;
use crate::state::app;
use crate::view::notice;
use crate::view::part::part;
use leptos::prelude::*;
use list::List;
use valleyscope_markup::html;
use valleyscope_shared::route::MOST_COMPARED;
use valleyscope_shared::run::Phase;

/// The phases by which the list can be narrowed.
const PHASES: [Phase; 6] = [
    Phase::Queued,
    Phase::Running,
    Phase::Finished,
    Phase::Cancelled,
    Phase::Failed,
    Phase::Interrupted,
];

/// The page `/runs`.
pub fn page() -> View {
    super::entitle("Runs");
    let list = List::open();
    let chosen = RwSignal::new(Vec::<String>::new());
    html! {
        <div class="row spread">
            <h1>"Runs"</h1>
            <a class="button primary" href="/new">
                "New run"
            </a>
        </div>
        {filters(list)}
        {move || list.failure.get().map(|failure| notice::failed(&failure, Some(Callback::new(move |()| list.restart()))))}
        {move || body(list, chosen)}
        {tray(chosen)}
    }
}

fn body(list: List, chosen: RwSignal<Vec<String>>) -> View {
    let known = memo(move || list.known.get());
    let empty = memo(move || list.rows.with(Vec::is_empty));
    html! {
        {move || match (known.get(), empty.get()) {
            (false, _) if list.failure.with(Option::is_some) => ().view(),
            (false, _) => notice::ghosts(1),
            (true, true) => nothing(list),
            (true, false) => table::table(list, chosen),
        }}
    }
}

fn nothing(list: List) -> View {
    if list.is_filtered() {
        return html! {
            <div class="empty">
                <p>"No run matches."</p>
                <button class="button" on:click=act(move |_| list.clear_filter())>
                    "Show all runs"
                </button>
            </div>
        };
    }
    html! {
        <div class="empty">
            <p>"No runs yet. The first one takes a few seconds with the settings as they are."</p>
            <a class="button primary" href="/new">
                "New run"
            </a>
        </div>
    }
}

fn filters(list: List) -> View {
    let options = PHASES.map(|phase| {
        html! { <option value=phase.id()>{crate::words::phase(phase)}</option> }
    });
    let matching = move || match list.known.get() {
        true => format!("{} runs", crate::words::count(list.matching.get())),
        false => String::new(),
    };
    html! {
        <div class="row">
            <label class="inline">
                <span class="hidden-text">"Search"</span>
                <input
                    type="search"
                    data-search=""
                    placeholder="Search model, attack, data"
                    size="28"
                    prop:value=move || list.text.get()
                    on:input=typed(move |text| list.text.set(text))
                />
            </label>
            <label class="inline">
                "State"
                <select
                    prop:value=move || list.phase.get()
                    on:change=typed(move |text| list.phase.set(text))
                >
                    <option value="">"any"</option>
                    {options}
                </select>
            </label>
            <span class="small quiet">{matching}</span>
        </div>
    }
}

/// What can be done with the ticked runs.
fn tray(chosen: RwSignal<Vec<String>>) -> View {
    let count = memo(move || chosen.with(Vec::len));
    let most = MOST_COMPARED + 1;
    effect_after(move |before: Option<usize>| {
        let now = count.get();
        if before.is_some_and(|before| before != now) {
            app().say(format!("{now} runs ticked"));
        }
        now
    });
    part(move || {
        let words = match count.get() {
            0 => return ().view(),
            1 => "1 run ticked; tick another to compare".to_owned(),
            count if count > most => {
                format!("{count} runs ticked; at most {most} fit into a figure")
            }
            count => format!("{count} runs ticked"),
        };
        let ready = (2..=most).contains(&count.get());
        let href = move || chosen.with(|ids| format!("/compare?runs={}", ids.join(",")));
        html! {
            <div class="tray">
                <span>{words}</span>
                {ready.then(|| html! { <a class="button primary" href=href>"Compare"</a> })}
                <button class="button bare" on:click=act(move |_| chosen.set(Vec::new()))>
                    "Clear"
                </button>
            </div>
        }
    })
}
