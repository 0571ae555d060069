//! One of a few values, all of them in sight.

use leptos::prelude::*;

/// Buttons side by side, of which one is pressed.
#[component]
pub fn Choice(
    /// What is chosen, for a screen reader.
    label: &'static str,
    /// What stands before them, where their words alone do not say what they are about.
    #[prop(optional)]
    lead: &'static str,
    /// The values with their words.
    options: Vec<(&'static str, String)>,
    #[prop(into)] chosen: Signal<&'static str>,
    #[prop(into)] choose: Callback<&'static str>,
) -> impl IntoView {
    let button = move |(id, title)| {
        view! {
            <button
                type="button"
                aria-pressed=move || (chosen.get() == id).to_string()
                on:click=move |_| choose.run(id)
            >
                {title}
            </button>
        }
    };
    let choice = view! {
        <div class="choice" role="group" aria-label=label title=label>
            {options.into_iter().map(button).collect_view()}
        </div>
    };
    match lead {
        "" => choice.into_any(),
        lead => view! {
            <span class="inline">
                <span aria-hidden="true">{lead}</span>
                {choice}
            </span>
        }
        .into_any(),
    }
}
