//! What is on a long page, with the place where one is.

use super::canvas::once_a_frame;
use leptos::ev;
use leptos::prelude::*;
use leptos_use_event_listener::use_event_listener;

/// A part of the page has begun when its top is this near to the top of the screen, below the bars.
const BEGUN_PX: f64 = 160.0;

/// A part: the id of its element, and what it is called.
pub type Part = (&'static str, String);

/// The links, of which the part that is read now is marked.
#[component]
pub fn Contents(#[prop(into)] parts: Signal<Vec<Part>>) -> impl IntoView {
    let here = RwSignal::new("");
    let look = once_a_frame(move || {
        let ids = parts.with_untracked(|parts| {
            let ids = parts.iter().map(|(id, _)| *id);
            ids.collect::<Vec<_>>()
        });
        let now = match at_the_end() {
            true => ids.last().copied(),
            false => ids.into_iter().rfind(|id| begun(id)),
        };
        let now = now.unwrap_or("");
        if here.get_untracked() != now {
            here.set(now);
        }
    });
    let _ = use_event_listener(window(), ev::scroll, move |_| look());
    // The browser itself goes to a place on this very page, and the next Tab goes on from there.
    let link = move |(id, title): Part| {
        view! {
            <a
                href=format!("#{id}")
                rel="external"
                aria-current=move || (here.get() == id).then_some("location")
            >
                {title}
            </a>
        }
    };
    view! {
        <nav class="contents" aria-label="On this page">
            {move || parts.get().into_iter().map(link).collect_view()}
        </nav>
    }
}

fn begun(id: &str) -> bool {
    let place = document().get_element_by_id(id);
    place.is_some_and(|place| place.get_bounding_client_rect().top() < BEGUN_PX)
}

/// Whether the page cannot be scrolled further, so that its last part never comes to the top.
fn at_the_end() -> bool {
    let number =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let (Some(height), Ok(from)) = (number(window().inner_height()), window().scroll_y()) else {
        return false;
    };
    let whole = document().document_element();
    let whole = whole.map_or(f64::INFINITY, |whole| f64::from(whole.scroll_height()));
    from > 0.0 && from + height >= whole - 2.0
}
