//! Keys that work on every page, and the list of them.

use crate::dom::View;
use crate::router::router;
use leptos::ev;
use leptos::prelude::*;
use valleyscope_markup::html;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

const KEYS: [(&str, &str); 8] = [
    ("?", "This list"),
    ("n", "New run"),
    ("/", "Search the list of runs"),
    ("c", "Cursor in figures: line, values everywhere, off"),
    ("← →", "In a figure or on the scrubber: one step back or on"),
    ("Home End", "First and last step"),
    ("Space", "On the scrubber: play or pause"),
    ("Esc", "Close"),
];

/// The dialogue that lists the keys, and the listener for those of every page.
pub fn keys() -> View {
    let router = router();
    let listener = window_event_listener(ev::keydown, move |event| {
        if !is_command(&event) {
            return;
        }
        match event.key().as_str() {
            "?" => open(),
            "n" => router.go("/new"),
            "/" => focus("[data-search]"),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
    let rows = KEYS.map(|(key, what)| {
        html! {
            <dt>
                <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
        }
    });
    html! {
        <dialog id="keys" aria-labelledby="keys-title">
            <form method="dialog" class="stack">
                <h2 id="keys-title">"Keys"</h2>
                <dl class="pairs">{Vec::from(rows)}</dl>
                <p>
                    <button class="button" autofocus>
                        "Close"
                    </button>
                </p>
            </form>
        </dialog>
    }
}

/// Shows the list of keys.
pub fn open() {
    let dialog = document()
        .get_element_by_id("keys")
        .and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

/// Whether a key press is a command: no modifier, and not written into a field.
pub fn is_command(event: &ev::KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    let written = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|target| {
            target.is_content_editable()
                || matches!(target.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA")
        });
    !modified && !written
}

fn focus(selector: &str) {
    let found = document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(|found| found.dyn_into::<HtmlElement>().ok());
    if let Some(found) = found {
        let _ = found.focus();
    }
}
