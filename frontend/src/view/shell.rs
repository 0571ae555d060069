//! What surrounds every page.

use crate::dom::View;
use crate::lean::act;
use crate::router::router;
use crate::state::app;
use crate::view::part::text;
use crate::view::{icons, keys};
use leptos::ev;
use leptos::prelude::*;
use valleyscope_markup::html;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const PLACES: [(&str, &str); 5] = [
    ("/runs", "Runs"),
    ("/new", "New run"),
    ("/attacks", "Attacks"),
    ("/models", "Models"),
    ("/definitions", "Definitions"),
];

/// The bar at the top: where one is, where one can go.
pub fn top() -> View {
    let theme = app().theme;
    let path = router().path;
    let links = PLACES.map(|(href, title)| {
        // A run's own page is not the list, but it belongs to it.
        let current = move || {
            path.with(|path| match path {
                path if path == href => Some("page"),
                path if path.starts_with(href) => Some("true"),
                _ => None,
            })
        };
        html! {
            <a href=href aria-current=current>
                {title}
            </a>
        }
    });
    let skip = |event: ev::MouseEvent| {
        event.prevent_default();
        focus_main();
    };
    html! {
        <a class="skip" href="#main" on:click=act(skip)>
            "Skip to the content"
        </a>
        <header class="top">
            <div class="wrap top-row">
                <a href="/" class="wordmark">
                    {icons::mark()}
                    "Valleyscope"
                </a>
                <nav aria-label="Pages">{Vec::from(links)}</nav>
                <div class="tools">
                    <button class="button bare icon" aria-label="Keys" title="Keys (?)" on:click=act(|_| keys::open())>
                        "?"
                    </button>
                    <button
                        class="button bare icon"
                        aria-label=move || if theme.dark() { "Light theme" } else { "Dark theme" }
                        title=move || if theme.dark() { "Light theme" } else { "Dark theme" }
                        on:click=act(move |_| theme.turn())
                    >
                        {icons::theme()}
                    </button>
                </div>
            </div>
        </header>
    }
}

/// The foot of the page, and the voice for screen readers.
pub fn bottom() -> View {
    let spoken = app().spoken;
    html! {
        <footer class="foot">
            <div class="wrap">
                <span>"Walter, Adilova, Vreeken and Kamp, “The Uncanny Valley”, arXiv 2405.16918"</span>
                <a href="/api/docs" rel="external">"API"</a>
                <a href="/definitions">"Definitions"</a>
            </div>
        </footer>
        <div class="hidden-text" role="status" aria-live="polite">
            {text(move || spoken.get())}
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
