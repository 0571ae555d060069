//! Where a run is, and whether its results are doubtful.

use crate::words;
use leptos::prelude::*;
use valleyscope_shared::run::Phase;

/// A run's phase; the dot differs in shape as well as in colour.
#[component]
pub fn Badge(phase: Phase) -> impl IntoView {
    view! {
        <span class="badge" data-phase=phase.id()>
            {words::phase(phase)}
        </span>
    }
}

/// How many warnings a run has, nothing for none.
#[component]
pub fn Warned(count: usize, href: String) -> impl IntoView {
    let words = if count == 1 { "warning" } else { "warnings" };
    (count > 0).then(|| {
        view! {
            <a class="warned" href=href>
                {format!("⚠ {count} {words}")}
            </a>
        }
    })
}
