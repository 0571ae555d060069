//! What stands in the place of the figures of sharpness where a run has no trace.

use super::Page;
use crate::base::at;
use leptos::prelude::*;

/// Whether the run has a trace, without which the page shows nothing of the class `of-trace`; so it is taken as long as it is not known.
pub fn has_trace(page: Page) -> Memo<bool> {
    Memo::new(move |_| {
        let spec = page.spec.get();
        spec.is_none_or(|spec| spec.trace.is_on())
    })
}

/// Whether there is anything to choose for the figures: without a trace only the pass, where there are several.
pub fn has_settings(page: Page) -> Memo<bool> {
    let traced = has_trace(page);
    Memo::new(move |_| {
        let several = page.live.state.with(|state| {
            let started = state.started.as_ref();
            started.is_some_and(|started| started.seeds.len() > 1)
        });
        traced.get() || several
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
