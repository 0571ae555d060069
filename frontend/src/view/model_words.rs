//! The fields for what people say of a model: its name and the terms of its weights.

use leptos::prelude::*;
use valleyscope_shared::adding::LONGEST_LICENCE;

/// Both, beside each other.
#[component]
pub fn ModelWords(
    name: RwSignal<String>,
    licence: RwSignal<String>,
    /// What the name is for.
    help: &'static str,
) -> impl IntoView {
    view! {
        <div class="row">
            <div class="field">
                <label for="model-name">"Name"</label>
                <input id="model-name" required=true maxlength="64" pattern="[a-z0-9][a-z0-9._\\-]*" prop:value=name on:input:target=move |event| name.set(event.target().value()) />
                <p class="help">{help}</p>
            </div>
            <div class="field">
                <label for="model-licence">"Licence"</label>
                <input id="model-licence" maxlength=LONGEST_LICENCE prop:value=licence on:input:target=move |event| licence.set(event.target().value()) />
                <p class="help">"Under which terms the weights may be used; may be left empty."</p>
            </div>
        </div>
    }
}
