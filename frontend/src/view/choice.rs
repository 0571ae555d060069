//! One of a few values, all of them in sight.

use crate::lean::act;
use leptos::prelude::*;

/// Buttons side by side, of which one is pressed.
pub fn choice(
    label: &'static str,
    options: Vec<(&'static str, String)>,
    chosen: Signal<&'static str>,
    choose: Callback<&'static str>,
) -> AnyView {
    let buttons: Vec<_> = options
        .into_iter()
        .map(|(id, title)| {
            view! {
                <button
                    type="button"
                    aria-pressed=move || if chosen.get() == id { "true" } else { "false" }
                    on:click=act(move |_| choose.run(id))
                >
                    {title}
                </button>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="choice" role="group" aria-label=label>
            {buttons}
        </div>
    }
    .into_any()
}
