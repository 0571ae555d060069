//! Several attacks on one model at once: the form, and the page that compares them while they run.

mod ask;
mod batch;
mod costs;
mod earlier;
mod form;
mod names;
mod own;
mod progress;
mod subject;
mod verdicts;
mod worst;

pub use batch::Batch;

use crate::state::shared;
use crate::view::notice::Loaded;
use crate::view::title::PageTitle;
use earlier::Earlier;
use form::AskForm;
use leptos::prelude::*;

/// The page `/attacks`.
#[component]
pub fn Attacks() -> impl IntoView {
    let catalog = shared().catalog();
    view! {
        <PageTitle text="Compare attacks" />
        <div class="stack">
            <h1>"Compare attacks"</h1>
            <p class="lead">
                "Several attacks on one model and the same images: robust accuracy by step, by epsilon and by passes spent, and sharpness along each."
            </p>
        </div>
        <Loaded of=catalog retry=true let:catalog>
            <AskForm catalog />
        </Loaded>
        <Earlier />
    }
}
