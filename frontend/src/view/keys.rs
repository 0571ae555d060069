//! Keys that work on every page, and the list of them.

use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use leptos_use_event_listener::use_event_listener;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const KEYS: [(&str, &str); 11] = [
    ("?", "This list"),
    ("n", "New run"),
    ("/", "Search the runs or the definitions, on their pages"),
    ("c", "Cursor in figures: line, values everywhere, off"),
    ("← →", "In a figure or on the scrubber: one step back or on"),
    ("↑ ↓", "On a run’s page: the image before, the next image"),
    (
        "+ −",
        "In a figure over steps: fewer steps, more steps (also Ctrl and wheel)",
    ),
    (
        "Enter",
        "In a figure: choose the step or the bar under the cursor",
    ),
    ("Home End", "First and last step"),
    ("Space", "On the scrubber: play or pause"),
    ("Esc", "Close"),
];

/// Opens the list of keys; whoever shows a button for it takes it from the context.
#[derive(Clone, Copy)]
pub struct KeysOpen(pub RwSignal<bool>);

/// The dialogue that lists the keys, and the listener for those of every page.
#[component]
pub fn Keys() -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let open = move || {
        if let Some(dialog) = dialog.get_untracked()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    };
    let asked = expect_context::<KeysOpen>().0;
    Effect::new(move || {
        if asked.get() {
            asked.set(false);
            open();
        }
    });
    let navigate = use_navigate();
    let _ = use_event_listener(window(), ev::keydown, move |event| {
        if !is_command(&event) {
            return;
        }
        match event.key().as_str() {
            "?" => open(),
            "n" => navigate("/new", Default::default()),
            "/" => focus("[data-search]"),
            _ => return,
        }
        event.prevent_default();
    });
    let row = |(key, what)| {
        view! {
            <dt>
                <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
        }
    };
    view! {
        <dialog id="keys" node_ref=dialog aria-labelledby="keys-title">
            <form method="dialog" class="stack">
                <h2 id="keys-title">"Keys"</h2>
                <dl class="pairs">{KEYS.map(row).collect_view()}</dl>
                <p>
                    <button class="button" autofocus>
                        "Close"
                    </button>
                </p>
            </form>
        </dialog>
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
