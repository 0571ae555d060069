//! A button that opens a short list of actions.

use leptos::ev;
use leptos::html::{Details, Summary};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Node;

/// A disclosure that closes when the focus leaves it, after a choice, and on Escape.
#[component]
pub fn Menu(
    /// What stands on the button.
    label: AnyView,
    /// What the button does, for a screen reader.
    #[prop(into)]
    name: Signal<String>,
    /// More of the button: `small`.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    let button = NodeRef::<Summary>::new();
    let close = move || {
        if let Some(details) = menu.get_untracked() {
            details.set_open(false);
        }
    };
    let left = move |event: ev::FocusEvent| {
        let to = event.related_target();
        let to = to.and_then(|to| to.dyn_into::<Node>().ok());
        if let Some(details) = menu.get_untracked()
            && !details.contains(to.as_ref())
        {
            close();
        }
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            if let Some(button) = button.get_untracked() {
                let _ = button.focus();
            }
        }
    };
    view! {
        <details class="menu" node_ref=menu on:focusout=left on:keydown=escape>
            <summary class=format!("button {class}") node_ref=button aria-label=name>
                {label}
            </summary>
            <div class="sheet" tabindex="-1" on:click=move |_| close()>
                {children()}
            </div>
        </details>
    }
}
