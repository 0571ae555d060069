//! The numbers above the figures: the key results, each with how sure it is.

use super::Page;
use crate::view::facts::Facts;
use leptos::prelude::*;

/// The key results of the chosen pass, or else of the main one.
#[component]
pub fn Results(page: Page) -> impl IntoView {
    let results = Memo::new(move |_| {
        let chosen = page.address.view.with(|view| view.pass);
        page.live.state.with(|state| {
            let started = state.started.as_ref()?;
            let pass = chosen.unwrap_or_else(|| started.main_pass());
            let summary = state.passes.get(pass)?.summary.as_ref()?;
            let several = started.several_epsilons();
            let epsilon = started.epsilons.get(pass).filter(|_| several);
            let of =
                epsilon.map(|epsilon| format!("Key results, classes and examples at ε {epsilon}"));
            Some((summary.summary.clone(), of))
        })
    });
    move || {
        let (summary, of) = results.get()?;
        Some(view! {
            {of.map(|words| view! { <p class="small quiet">{words}</p> })}
            <Facts summary />
        })
    }
}
