//! The first page: a finished run, what is seen in it, and one button to run it oneself.

mod picture;
mod start;

use crate::api::{self, Document};
use crate::base::at;
use crate::view::facts::Facts;
use crate::view::title::PageTitle;
use crate::words;
use leptos::prelude::*;
use picture::Picture;
use start::Start;
use valleyscope_shared::api::Snapshot;
use valleyscope_shared::route;

/// The id of the run that comes with the program.
const EXAMPLE: &str = "example";

/// The example run, which a data directory may lack.
type Example = Document<Snapshot>;

/// The page `/`.
#[component]
pub fn Landing() -> impl IntoView {
    let example: Example = api::document(|| Some(route::snapshot(EXAMPLE)));
    let story = move || example.ready(story).flatten();
    let numbers = move || {
        let example = example.get()?.ok()?;
        Some(view! { <Numbers example /> })
    };
    view! {
        <PageTitle text="Start" />
        <section class="hero">
            <div class="words">
                <h1>"See how flat the loss surface is at every step of an attack"</h1>
                <p class="lead">
                    "An adversarial attack walks from a correctly classified image towards a wrong answer. On its way the loss surface around the model’s last layer grows sharp, is sharpest where the label flips, and then turns flat again while the label stays wrong: the attack has reached the "
                    <em>"uncanny valley"</em>
                    ", where a flat surface no longer means a right answer. "
                    {story}
                </p>
                <Start example />
            </div>
            <div>
                <h2 class="hidden-text">"An example"</h2>
                <Picture example />
            </div>
        </section>
        {numbers}
    }
}

/// What the example run says, in its own numbers.
fn story(example: &Snapshot) -> Option<String> {
    let results = example.run.results.as_ref()?;
    Some(format!(
        "In the run shown here, {} of {} images are still right after the attack; of those that flip, {} are sharpest at the flip or one step before it, and {} end in the valley: still wrong, and flatter than the clean image.",
        words::percent(results.robust_accuracy.share.0),
        results.n,
        words::percent(results.peak_at_flip.share.0),
        words::percent(results.in_valley.share.0),
    ))
}

/// The example's key results.
#[component]
fn Numbers(example: Snapshot) -> impl IntoView {
    let pass = example.state.passes.into_iter().next();
    let facts = pass.and_then(|pass| pass.summary).map(|summary| {
        view! { <Facts summary=summary.summary /> }
    });
    view! {
        <section class="stack" aria-labelledby="example-run">
            <div class="row spread">
                <h2 id="example-run">{example.run.title}</h2>
                <a href=at(&format!("/runs/{}", example.run.id))>"Open this run"</a>
            </div>
            {facts}
        </section>
    }
}
