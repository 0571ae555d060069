//! The parts of a run's page.

use super::Page;
use super::verdict::has_trace;
use crate::view::contents::{Contents, Part};
use leptos::prelude::*;
use valleyscope_shared::chart::{self, Chart};
use valleyscope_shared::measure::Measure;

/// The links to them.
#[component]
pub fn RunContents(page: Page) -> impl IntoView {
    let warned = Memo::new(move |_| page.live.state.with(|state| !state.warnings.is_empty()));
    let measure = Memo::new(move |_| page.address.view.with(|view| view.measure));
    let traced = has_trace(page);
    let parts = Signal::derive(move || parts(measure.get(), warned.get(), traced.get()));
    view! { <Contents parts /> }
}

fn parts(measure: Measure, warned: bool, traced: bool) -> Vec<Part> {
    let loss = measure != Measure::Loss;
    let parts = [
        (true, "results", "Results"),
        (true, "figure-sharpness", measure.title()),
        (warned, "warnings", "Warnings"),
        (loss, "figure-loss", "Loss"),
        (true, "figure-accuracy", "Accuracy"),
        (true, "figure-confidence", "Confidence"),
        (true, "figure-factors", "Factors"),
        (true, "figure-aligned", "At the flip"),
        (true, "figure-peak-minus-flip", "Peak and flip"),
        (true, "figure-first-flip", "First flip"),
        (true, "figure-confusion", "Flips to"),
        (true, "classes", "Classes"),
        (true, "examples", "Images"),
        (true, "gallery", "Gallery"),
    ];
    let has_it = |id: &str| {
        let kind = id.strip_prefix("figure-").and_then(chart::find);
        traced || !kind.is_some_and(Chart::needs_trace)
    };
    let shown = parts
        .into_iter()
        .filter(|(shown, id, _)| *shown && has_it(id));
    shown.map(|(_, id, title)| (id, title.to_owned())).collect()
}
