//! The numbers above the figures: the key results, each with how sure it is.

use super::Page;
use crate::view::facts::Facts;
use leptos::prelude::*;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::{Axis, Readings};
use valleyscope_shared::valley::{PassSummary, Population};

/// The key results of the chosen pass, or else of the main one. They keep their place from the beginning, so that nothing below moves.
#[component]
pub fn Results(page: Page) -> impl IntoView {
    let pass = Memo::new(move |_| {
        let chosen = page.address.view.with(|view| view.pass);
        page.live.state.with(|state| {
            let started = state.started.as_ref()?;
            Some(chosen.unwrap_or_else(|| started.main_pass()))
        })
    });
    let summary = Memo::new(move |_| {
        page.shown(|state| {
            let summary = state.passes.get(pass.get()?)?.summary.as_ref()?;
            Some(summary.summary.clone())
        })
    });
    let of = Memo::new(move |_| {
        page.live.state.with(|state| {
            let started = state.started.as_ref()?;
            let names = started.pass_names();
            let name = names.get(pass.get()?).filter(|_| names.len() > 1)?;
            Some(format!("Key results, classes and images of {name}"))
        })
    });
    let doubts = Memo::new(move |_| {
        page.live.state.with(|state| {
            let ids = state.warnings.iter().map(|warning| warning.id.clone());
            ids.collect::<Vec<_>>()
        })
    });
    view! {
        <section class="stack" id="results" aria-label="Key results">
            {move || of.get().map(|words| view! { <p class="small quiet">{words}</p> })}
            {move || view! { <Facts summary=summary.get().unwrap_or_else(nothing) doubts=doubts.get() /> }}
        </section>
    }
}

/// The results of no image.
fn nothing() -> PassSummary {
    let none = Readings::new(Axis::new(1, false), Vec::new());
    PassSummary::of(&none, 0, Measure::KappaTr, Population::Right)
}
