//! One of a few values, all of them in sight.

use crate::dom::View;
use crate::lean::act;
use crate::signal::Signal;
use leptos::prelude::*;
use valleyscope_markup::html;

/// Buttons side by side, of which one is pressed.
pub fn choice(
    label: &'static str,
    options: Vec<(&'static str, String)>,
    chosen: Signal<&'static str>,
    choose: Callback<&'static str>,
) -> View {
    let buttons: Vec<_> = options
        .into_iter()
        .map(|(id, title)| {
            html! {
                <button
                    type="button"
                    aria-pressed=move || if chosen.get() == id { "true" } else { "false" }
                    on:click=act(move |_| choose.run(id))
                >
                    {title}
                </button>
            }
        })
        .collect();
    html! {
        <div class="choice" role="group" aria-label=label>
            {buttons}
        </div>
    }
}
