//! Light or dark: the system's choice, or the visitor's own, which is kept.

use leptos::prelude::*;
use leptos_use_color_mode::{ColorMode, UseColorModeOptions, use_color_mode_with_options};
use valleyscope_shared::palette;

/// Where the visitor's choice is kept.
const KEY: &str = "valleyscope-colours";

/// The theme in force, and the wish behind it.
#[derive(Clone, Copy)]
pub struct Theme {
    /// The theme in force, as the palette calls it.
    pub now: Signal<palette::Theme>,
    system: Signal<ColorMode>,
    wish: WriteSignal<ColorMode>,
}

impl Theme {
    /// Reads the kept wish, follows the system, and keeps the page's root element in step.
    pub fn start() -> Self {
        let options = UseColorModeOptions::default()
            .attribute("data-theme")
            .storage_key(KEY)
            // The other way is a style element, which the content security policy forbids.
            .transition_enabled(true);
        let colours = use_color_mode_with_options(options);
        let state = colours.state;
        Self {
            now: Signal::derive(move || match state.get() {
                ColorMode::Dark => palette::Theme::Dark,
                _ => palette::Theme::Light,
            }),
            system: colours.system,
            wish: colours.set_store,
        }
    }

    /// Whether the page is dark now.
    pub fn dark(self) -> bool {
        self.now.get() == palette::Theme::Dark
    }

    /// Turns to the other theme; back to the system's where that is the same.
    pub fn turn(self) {
        let wish = match untrack(|| self.dark()) {
            true => ColorMode::Light,
            false => ColorMode::Dark,
        };
        let as_system = wish == self.system.get_untracked();
        self.wish
            .set(if as_system { ColorMode::Auto } else { wish });
    }
}
