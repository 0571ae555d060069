//! What the form's attacks will take.

use super::ask::{Form, elsewhere};
use crate::api::Failure;
use crate::view::notice::Notice;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::batch::BatchEstimate;

/// Time, passes and memory, or what is wrong beside the fields.
#[component]
pub fn Costs(form: Form) -> impl IntoView {
    move || match form.known.get() {
        None => view! { <p class="quiet small">"Estimating…"</p> }.into_any(),
        Some(Ok(estimate)) => view! { <Told estimate /> }.into_any(),
        Some(Err(failure)) => view! { <Wrong form failure /> }.into_any(),
    }
}

#[component]
fn Told(estimate: BatchEstimate) -> impl IntoView {
    let time = match estimate.seconds {
        Some(seconds) => words::estimate(seconds, estimate.at_most, estimate.likely),
        None => {
            "a time not known yet, as no run of this model was timed on this machine".to_owned()
        }
    };
    let memory = match estimate.memory {
        Some(bytes) => format!("at most {} of memory", words::bytes(bytes)),
        None => "memory that is not known before a program runs".to_owned(),
    };
    let passes = words::count(estimate.passes);
    view! {
        <p class="small" data-estimate="">
            {format!(
                "All together take {time}, {passes} passes of one image forward or backward, and {memory}.",
            )}
        </p>
    }
}

#[component]
fn Wrong(form: Form, failure: Failure) -> impl IntoView {
    match elsewhere(form, &failure) {
        Some(words) => view! { <Notice kind="bad" words /> }.into_any(),
        None => view! { <p class="error small">"Mend the marked fields to start."</p> }.into_any(),
    }
}
