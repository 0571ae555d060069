//! What makes a run's results doubtful.

use super::Page;
use crate::base::at;
use leptos::prelude::*;
use valleyscope_shared::definition;
use valleyscope_shared::event::Warning;

/// The warnings, each linked to its explanation.
#[component]
pub fn Warnings(page: Page) -> impl IntoView {
    let warnings = Memo::new(move |_| page.live.state.with(|state| state.warnings.clone()));
    let line = |warning: Warning| {
        view! {
            <p>
                {warning.message}
                " "
                <a href=at(&definition::warning(&warning.id))>"What this means"</a>
            </p>
        }
    };
    view! {
        <Show when=move || !warnings.with(Vec::is_empty)>
            <section id="warnings" class="notice stack" data-kind="warn" aria-labelledby="warnings-title">
                <h2 id="warnings-title">"Read these results with care"</h2>
                {move || warnings.get().into_iter().map(line).collect_view()}
            </section>
        </Show>
    }
}
