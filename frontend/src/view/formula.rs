//! The formula of a measure, typeset.

use leptos::prelude::*;
use valleyscope_shared::measure::Measure;

/// Every measure's formula as MathML, in the order of the measures; `build.rs` makes them.
const FORMULAS: [&str; Measure::COUNT] = include!(concat!(env!("OUT_DIR"), "/formulas.rs"));

/// The formula in a box of its own, which scrolls sideways where it is wide.
#[component]
pub fn Formula(measure: Measure) -> impl IntoView {
    let mathml = FORMULAS.get(measure.place()).copied().unwrap_or_default();
    view! { <span class="formula" tabindex="0" inner_html=mathml></span> }
}
