//! Which page is shown: the address, links, Back and Forward.
//!
//! Seven flat pages need little of a router; one that builds its routes from generic types would weigh as much as all of our figures.

use crate::signal::RwSignal;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement};

/// Where the visitor is.
#[derive(Clone, Copy, Debug)]
pub struct Router {
    /// The path of the address.
    pub path: RwSignal<String>,
    /// The query string with its `?`, or empty.
    pub search: RwSignal<String>,
}

/// The router of this page.
pub fn router() -> Router {
    expect_context::<Router>()
}

impl Router {
    /// Reads the address, and follows links, Back and Forward from now on.
    pub fn start() -> Self {
        let router = Self {
            path: RwSignal::new(String::new()),
            search: RwSignal::new(String::new()),
        };
        router.read();
        // Both listen for as long as the page lives.
        let _ = window_event_listener(ev::popstate, move |_| router.read());
        let _ = window_event_listener(ev::click, move |event| router.follow(&event));
        router
    }

    /// Goes to a page, as if a link were clicked.
    pub fn go(self, target: &str) {
        self.write(target, false);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Writes the address; `replace` leaves no step for Back.
    pub fn write(self, target: &str, replace: bool) {
        let Ok(history) = window().history() else {
            return;
        };
        let _ = match replace {
            true => history.replace_state_with_url(&JsValue::NULL, "", Some(target)),
            false => history.push_state_with_url(&JsValue::NULL, "", Some(target)),
        };
        self.read();
    }

    /// One setting of the query string.
    pub fn asked(self, key: &str) -> Option<String> {
        let search = self.search.get_untracked();
        let pairs = search.strip_prefix('?').unwrap_or(&search).split('&');
        let mut values = pairs.filter_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        let value = js_sys::decode_uri_component(values.next()?).ok()?;
        Some(String::from(value))
    }

    fn read(self) {
        let location = window().location();
        let put = |signal: RwSignal<String>, text: String| {
            if signal.with_untracked(|known| *known != text) {
                signal.set(text);
            }
        };
        put(self.search, location.search().unwrap_or_default());
        put(self.path, location.pathname().unwrap_or_default());
    }

    /// Follows a click on a link to one of our own pages; leaves every other to the browser.
    fn follow(self, event: &web_sys::MouseEvent) {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("a").ok().flatten())
            .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
        let Some(link) = link.filter(is_ours) else {
            return;
        };
        let here = self.path.with_untracked(|path| *path == link.pathname());
        // A place on this very page is the browser's to find.
        if here && !link.hash().is_empty() {
            return;
        }
        event.prevent_default();
        self.go(&format!(
            "{}{}{}",
            link.pathname(),
            link.search(),
            link.hash()
        ));
    }
}

fn is_ours(link: &HtmlAnchorElement) -> bool {
    let origin = window().location().origin().unwrap_or_default();
    link.origin() == origin && link.rel() != "external" && !link.has_attribute("download")
}
