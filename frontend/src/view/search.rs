//! A field that narrows a list as one writes; the key `/` goes there.

use leptos::prelude::*;

/// The field.
#[component]
pub fn Search(
    /// What is searched, for a screen reader.
    label: &'static str,
    placeholder: &'static str,
    text: RwSignal<String>,
    /// Called when the field is left with another text than before.
    #[prop(optional)]
    left: Option<Callback<()>>,
) -> impl IntoView {
    let changed = move |_| {
        if let Some(left) = left {
            left.run(());
        }
    };
    view! {
        <label class="inline">
            <span class="hidden-text">{label}</span>
            <input
                type="search"
                data-search=""
                placeholder=placeholder
                size="28"
                prop:value=text
                on:input:target=move |event| text.set(event.target().value())
                on:change=changed
            />
        </label>
    }
}
