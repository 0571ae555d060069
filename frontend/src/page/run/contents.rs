//! The parts of a run's page.

use super::Page;
use super::verdict::has_trace;
use crate::view::contents::{Contents, Part};
use leptos::prelude::*;
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
    let loss = traced && measure != Measure::Loss;
    let parts = [
        (true, "results", "Results"),
        (traced, "figure-sharpness", measure.title()),
        (warned, "warnings", "Warnings"),
        (loss, "figure-loss", "Loss"),
        (true, "figure-accuracy", "Accuracy"),
        (traced, "figure-confidence", "Confidence"),
        (traced, "figure-factors", "Factors"),
        (traced, "figure-aligned", "At the flip"),
        (traced, "figure-peak-minus-flip", "Peak and flip"),
        (true, "figure-first-flip", "First flip"),
        (traced, "figure-confusion", "Flips to"),
        (true, "classes", "Classes"),
        (true, "examples", "Images"),
        (true, "gallery", "Gallery"),
    ];
    let shown = parts.into_iter().filter(|(shown, ..)| *shown);
    shown.map(|(_, id, title)| (id, title.to_owned())).collect()
}
