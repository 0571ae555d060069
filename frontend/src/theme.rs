//! Light or dark: the system's choice, or the visitor's own, which is kept.

use crate::lean::effect;
use crate::signal::RwSignal;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MediaQueryList;

/// Where the visitor's choice is kept.
const KEY: &str = "valleyscope-theme";

/// What the visitor asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// As the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Wish {
    fn id(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_id(id: &str) -> Self {
        match id {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The theme in force, and the wish behind it.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    wish: RwSignal<Wish>,
    system_dark: RwSignal<bool>,
}

impl Theme {
    /// Reads the kept wish, follows the system, and keeps the page's root element in step.
    pub fn start() -> Self {
        let wish = storage()
            .and_then(|storage| storage.get_item(KEY).ok().flatten())
            .map_or(Wish::System, |id| Wish::from_id(&id));
        let query = window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten();
        let dark = query.as_ref().is_some_and(MediaQueryList::matches);
        let theme = Self {
            wish: RwSignal::new(wish),
            system_dark: RwSignal::new(dark),
        };
        if let Some(query) = query {
            theme.listen(query);
        }
        effect(move || show(theme.wish.get()));
        theme
    }

    fn listen(self, query: MediaQueryList) {
        let asked = query.clone();
        let change = Closure::<dyn Fn()>::new(move || self.system_dark.set(asked.matches()));
        // The page listens for as long as it lives, so the closure is never taken back.
        let _ = query.add_event_listener_with_callback("change", change.as_ref().unchecked_ref());
        change.forget();
    }

    /// Whether the page is dark now.
    pub fn dark(self) -> bool {
        match self.wish.get() {
            Wish::System => self.system_dark.get(),
            wish => wish == Wish::Dark,
        }
    }

    /// Turns to the other theme; back to the system's where that is the same.
    pub fn turn(self) {
        let dark = !untrack(|| self.dark());
        let wish = match (dark, self.system_dark.get_untracked()) {
            (dark, system) if dark == system => Wish::System,
            (true, _) => Wish::Dark,
            (false, _) => Wish::Light,
        };
        self.wish.set(wish);
        if let Some(storage) = storage() {
            // A browser that keeps nothing still shows the theme until it is closed.
            let _ = storage.set_item(KEY, wish.id());
        }
    }
}

fn show(wish: Wish) {
    if let Some(root) = document().document_element() {
        let _ = match wish {
            Wish::System => root.remove_attribute("data-theme"),
            wish => root.set_attribute("data-theme", wish.id()),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
