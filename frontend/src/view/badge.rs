//! Where a run is, and whether its results are doubtful.

use crate::dom::{IntoChild, View};
use crate::words;
use valleyscope_markup::html;
use valleyscope_shared::run::Phase;

/// A run's phase; the dot differs in shape as well as in colour.
pub fn badge(phase: Phase) -> View {
    html! {
        <span class="badge" data-phase=phase.id()>
            {words::phase(phase)}
        </span>
    }
}

/// How many warnings a run has, nothing for none.
pub fn warned(count: usize, href: String) -> View {
    if count == 0 {
        return ().view();
    }
    let words = if count == 1 { "warning" } else { "warnings" };
    html! {
        <a class="warned" href=href>
            {format!("⚠ {count} {words}")}
        </a>
    }
}
