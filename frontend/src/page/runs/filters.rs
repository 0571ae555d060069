//! What narrows the list: a text and a state.

use super::list::List;
use crate::words;
use leptos::prelude::*;
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

/// The search, the choice of a state, and how many runs match.
#[component]
pub fn Filters(list: List) -> impl IntoView {
    let option = move |phase: Phase| {
        view! {
            <option value=phase.id() prop:selected=move || list.phase.get() == Some(phase)>
                {words::phase(phase)}
            </option>
        }
    };
    let matching = move || {
        let known = list.known.get();
        known.then(|| format!("{} runs", words::count(list.matching.get())))
    };
    view! {
        <div class="row">
            <label class="inline">
                <span class="hidden-text">"Search"</span>
                <input
                    type="search"
                    data-search=""
                    placeholder="Search model, attack, data"
                    size="28"
                    prop:value=list.text
                    on:input:target=move |event| list.text.set(event.target().value())
                />
            </label>
            <label class="inline">
                "State"
                <select on:change:target=move |event| list.phase.set(Phase::from_id(&event.target().value()))>
                    <option value="" prop:selected=move || list.phase.get().is_none()>
                        "any"
                    </option>
                    {PHASES.map(option).collect_view()}
                </select>
            </label>
            <span class="small quiet">{matching}</span>
        </div>
    }
}
