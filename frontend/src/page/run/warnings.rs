//! What makes a run's results doubtful.

use super::Page;
use crate::dom::View;
use crate::lean::memo;
use crate::view::part::part;
use valleyscope_markup::html;
use valleyscope_shared::event::Warning;

/// The warnings, each linked to its explanation.
pub fn warnings(page: Page) -> View {
    let warnings = memo(move || page.live.state.with(|state| state.warnings.clone()));
    part(move || {
        warnings.with(|warnings| {
            let items: Vec<_> = warnings.iter().map(warning).collect();
            (!items.is_empty()).then(|| {
                html! {
                    <section id="warnings" class="notice stack" data-kind="warn" aria-labelledby="warnings-title">
                        <h2 id="warnings-title">"Read these results with care"</h2>
                        {items}
                    </section>
                }
            })
        })
    })
}

fn warning(warning: &Warning) -> View {
    html! {
        <p>
            {warning.message.clone()}
            " "
            <a href=format!("/definitions#{}", warning.id)>"What this means"</a>
        </p>
    }
}
