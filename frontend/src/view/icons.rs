//! The few signs that the page draws, as inline SVG in the colour of the text.

use leptos::prelude::*;

/// A climb, a peak and a fall into the valley.
pub const MARK: &str = "M2 17c5 0 5-13 8.500-13S14 18 18 18c2 0 3-.5 4-1.500";
/// A half-dark disc.
pub const THEME: &str = "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18";
/// A triangle to the right.
pub const PLAY: &str = "M7 4.500v15l12-7.500z";
/// Two bars.
pub const PAUSE: &str = "M8 4.500v15M16 4.500v15";
/// An arrow down to a line.
pub const SAVE: &str = "M12 4v11m-4.500-4.500L12 15l4.500-4.500M5 20h14";

/// A letter i in a circle.
pub const ABOUT: &str = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.500v.1";
/// A pencil.
pub const PENCIL: &str = "M4 20l1-4.500L16 4.500 19.500 8 8.500 19zM13.500 7l3.500 3.500";
/// A cross.
pub const CLOSE: &str = "M6 6l12 12M18 6L6 18";
/// Up and down, to the one before and the next.
pub const UP: &str = "M6 15l6-6 6 6";
pub const DOWN: &str = "M6 9l6 6 6-6";

/// One of them.
#[component]
pub fn Icon(path: &'static str) -> impl IntoView {
    view! {
        <svg
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=path />
        </svg>
    }
}
