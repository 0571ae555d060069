//! Where a run is, and whether its results are doubtful.

use crate::words;
use leptos::prelude::*;
use valleyscope_shared::run::Phase;

/// A run's phase; the dot differs in shape as well as in colour.
pub fn badge(phase: Phase) -> AnyView {
    view! {
        <span class="badge" data-phase=phase.id()>
            {words::phase(phase)}
        </span>
    }
    .into_any()
}

/// How many warnings a run has, nothing for none.
pub fn warned(count: usize, href: String) -> AnyView {
    if count == 0 {
        return ().into_any();
    }
    let words = if count == 1 { "warning" } else { "warnings" };
    view! {
        <a class="warned" href=href>
            {format!("⚠ {count} {words}")}
        </a>
    }
    .into_any()
}
