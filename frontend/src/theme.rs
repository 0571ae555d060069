//! Light or dark: the system's choice, or the visitor's own, which is kept.
//!
//! Of two small functions rather than `use_color_mode`, which brings cookies and their dates, 31 kB of a first visit.

use codee::string::FromToStringCodec;
use leptos::prelude::*;
use leptos_use_preferences::use_preferred_dark;
use leptos_use_storage::use_local_storage;
use valleyscope_shared::palette;

/// Where the visitor's choice is kept: `light`, `dark`, or nothing that is either.
const KEY: &str = "valleyscope-colours";

const DARK: &str = "dark";
const LIGHT: &str = "light";
const AUTO: &str = "auto";

/// The theme in force, and the wish behind it.
#[derive(Clone, Copy)]
pub struct Theme {
    /// The theme in force, as the palette calls it.
    pub now: Signal<palette::Theme>,
    system: Signal<bool>,
    wish: WriteSignal<String>,
}

impl Theme {
    /// Reads the kept wish, follows the system, and keeps the page's root element in step.
    pub fn start() -> Self {
        let (wished, wish, _) = use_local_storage::<String, FromToStringCodec>(KEY);
        let system = use_preferred_dark();
        let dark = Memo::new(move |_| match wished.read().as_str() {
            DARK => true,
            LIGHT => false,
            _ => system.get(),
        });
        Effect::new(move || {
            let theme = if dark.get() { DARK } else { LIGHT };
            if let Some(root) = document().document_element() {
                // The name of an attribute of ours cannot be refused.
                let _ = root.set_attribute("data-theme", theme);
            }
        });
        Self {
            now: Signal::derive(move || match dark.get() {
                true => palette::Theme::Dark,
                false => palette::Theme::Light,
            }),
            system,
            wish,
        }
    }

    /// Whether the page is dark now.
    pub fn dark(self) -> bool {
        self.now.get() == palette::Theme::Dark
    }

    /// Turns to the other theme; back to the system's where that is the same.
    pub fn turn(self) {
        let dark = !untrack(|| self.dark());
        let wish = match dark {
            _ if dark == self.system.get_untracked() => AUTO,
            true => DARK,
            false => LIGHT,
        };
        self.wish.set(wish.to_owned());
    }
}
