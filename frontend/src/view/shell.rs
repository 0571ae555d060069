//! What surrounds every page.

use crate::lean::act;
use crate::state::app;
use crate::view::part::text;
use crate::view::{icons, keys};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const PLACES: [(&str, &str); 4] = [
    ("/runs", "Runs"),
    ("/new", "New run"),
    ("/models", "Models"),
    ("/definitions", "Definitions"),
];

/// The bar at the top: where one is, where one can go.
pub fn top() -> AnyView {
    let theme = app().theme;
    let path = use_location().pathname;
    let links = PLACES.map(|(href, title)| {
        // A run's own page is not the list, but it belongs to it.
        let inside = move || path.with(|path| path.starts_with(href)).then_some("true");
        view! {
            <A href=href attr:data-inside=inside>
                {title}
            </A>
        }
        .into_any()
    });
    let skip = |event: ev::MouseEvent| {
        event.prevent_default();
        focus_main();
    };
    view! {
        <a class="skip" href="#main" on:click=act(skip)>
            "Skip to the content"
        </a>
        <header class="top">
            <div class="wrap top-row">
                <A href="/" exact=true attr:class="wordmark">
                    {icons::mark()}
                    "Valleyscope"
                </A>
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
    .into_any()
}

/// The foot of the page, and the voice for screen readers.
pub fn bottom() -> AnyView {
    let spoken = app().spoken;
    view! {
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
    .into_any()
}

fn focus_main() {
    let main = document()
        .get_element_by_id("main")
        .and_then(|main| main.dyn_into::<HtmlElement>().ok());
    if let Some(main) = main {
        let _ = main.focus();
    }
}
