//! With what means: seed, batch, device.

use super::described::{Line, RunFields};
use super::form::Form;
use leptos::prelude::*;

/// Seed, batch, device.
#[component]
pub fn Means(form: Form) -> impl IntoView {
    view! {
        <fieldset class="group">
            <legend class="hidden-text">"Means"</legend>
            <details>
                <summary>"Seed, batch size, device, precision, trace"</summary>
                <div class="fields">
                    <Line
                        form
                        path="seed"
                        title="Seed"
                        help="Of everything random. Several, with commas, repeat an attack with random start and show the spread between them."
                        placeholder="1"
                    />
                    <RunFields form images=false advanced=true />
                </div>
            </details>
        </fieldset>
    }
}
