//! What stands in the place of the figures of sharpness where a run has no trace.

use super::Page;
use crate::base::at;
use leptos::prelude::*;

/// Whether the run has a trace; so it is taken as long as it is not known.
pub fn has_trace(page: Page) -> Memo<bool> {
    Memo::new(move |_| {
        let spec = page.spec.get();
        spec.is_none_or(|spec| spec.trace.is_on())
    })
}

/// Says that there is no trace, and how to get one.
#[component]
pub fn VerdictAlone(page: Page) -> impl IntoView {
    let id = page.id.get_value();
    view! {
        <section class="notice stack tight" id="no-trace" aria-labelledby="no-trace-title">
            <h2 id="no-trace-title">"The verdict alone"</h2>
            <p>
                "This run was made without a trace: who flips, when, and how each image ended is known, but no sharpness was read on the way."
            </p>
            <p class="row">
                <a class="button small" href=at(&format!("/new?from={id}&trace=on"))>
                    "Run it with the trace"
                </a>
            </p>
        </section>
    }
}
