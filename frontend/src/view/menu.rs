//! A button that opens a short list of actions.

use crate::dom::{View, place};
use crate::lean::act;
use leptos::ev;
use leptos::prelude::*;
use valleyscope_markup::html;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

/// A disclosure that closes when the focus leaves it, after a choice, and on Escape.
pub fn menu(label: View, name: String, items: View) -> View {
    let menu = place::<web_sys::HtmlDetailsElement>();
    let close = move || {
        if let Some(details) = menu.get_untracked() {
            details.set_open(false);
        }
    };
    let left = move |event: ev::FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        if let Some(details) = menu.get_untracked()
            && !details.contains(to.as_ref())
        {
            close();
        }
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() != "Escape" {
            return;
        }
        close();
        let summary = menu
            .get_untracked()
            .and_then(|details| details.query_selector("summary").ok().flatten())
            .and_then(|summary| summary.dyn_into::<HtmlElement>().ok());
        if let Some(summary) = summary {
            let _ = summary.focus();
        }
    };
    html! {
        <details class="menu" node_ref=menu on:focusout=act(left) on:keydown=act(escape)>
            <summary class="button" aria-label=name>
                {label}
            </summary>
            <div class="sheet" tabindex="-1" on:click=act(move |_| close())>
                {items}
            </div>
        </details>
    }
}
