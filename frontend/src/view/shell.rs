//! What surrounds every page.

use crate::base::at;
use crate::state::shared;
use crate::view::icons::{self, Icon};
use crate::view::keys::KeysOpen;
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const PLACES: [(&str, &str); 5] = [
    ("runs", "Runs"),
    ("new", "New run"),
    ("attacks", "Attacks"),
    ("models", "Models"),
    ("definitions", "Definitions"),
];

/// Pages that belong to a place without lying under its address.
const BESIDE: [(&str, &str); 4] = [
    ("runs", "compare"),
    ("attacks", "batches"),
    ("models", "additions"),
    ("models", "data"),
];

/// The bar at the top: where one is, where one can go.
#[component]
pub fn Top() -> impl IntoView {
    let theme = shared().theme;
    let keys = expect_context::<KeysOpen>().0;
    let other = move || {
        if theme.dark() {
            "Light theme"
        } else {
            "Dark theme"
        }
    };
    let skip = |event: ev::MouseEvent| {
        event.prevent_default();
        focus_main();
    };
    view! {
        <a class="skip" href="#main" on:click=skip>
            "Skip to the content"
        </a>
        <header class="top">
            <div class="wrap top-row">
                <a href=at("/") class="wordmark">
                    <Icon path=icons::MARK />
                    "Valleyscope"
                </a>
                <nav aria-label="Pages">
                    {PLACES.map(|(name, title)| view! { <Place name title /> }).collect_view()}
                </nav>
                <div class="tools">
                    <button class="button bare icon" aria-label="Keys" title="Keys (?)" on:click=move |_| keys.set(true)>
                        "?"
                    </button>
                    <button class="button bare icon" aria-label=other title=other on:click=move |_| theme.turn()>
                        <Icon path=icons::THEME />
                    </button>
                </div>
            </div>
        </header>
    }
}

#[component]
fn Place(name: &'static str, title: &'static str) -> impl IntoView {
    let href = at(&format!("/{name}"));
    let path = use_location().pathname;
    let own = href.clone();
    let beside = BESIDE.iter().filter(|beside| beside.0 == name);
    let beside: Vec<String> = beside.map(|beside| at(&format!("/{}", beside.1))).collect();
    // A run's own page is not the list, but it belongs to it.
    let current = move || {
        path.with(|path| match path {
            path if *path == own => Some("page"),
            path if path.starts_with(&own) => Some("true"),
            path if beside.iter().any(|beside| path.starts_with(beside)) => Some("true"),
            _ => None,
        })
    };
    view! {
        <a href=href aria-current=current>
            {title}
        </a>
    }
}

/// The foot of the page, and the voice for screen readers.
#[component]
pub fn Bottom() -> impl IntoView {
    let spoken = shared().spoken;
    view! {
        <footer class="foot">
            <div class="wrap">
                <span>"Walter, Adilova, Vreeken and Kamp, “The Uncanny Valley”, arXiv 2405.16918"</span>
                <a href=at("/api/docs") rel="external">
                    "API"
                </a>
                <a href=at("/definitions")>"Definitions"</a>
            </div>
        </footer>
        <div class="hidden-text" role="status" aria-live="polite">
            {spoken}
        </div>
    }
}

fn focus_main() {
    let main = document()
        .get_element_by_id("main")
        .and_then(|main| main.dyn_into::<HtmlElement>().ok());
    if let Some(main) = main {
        let _ = main.focus();
    }
}
