//! The pages, one a file.

pub mod attacks;
pub mod compare;
pub mod definitions;
pub mod landing;
pub mod missing;
pub mod models;
pub mod new;
pub mod run;
pub mod runs;

use crate::state::app;
use leptos::prelude::*;

/// Names the page in the window's title, and tells a screen reader that it is there.
pub fn entitle(title: &str) {
    document().set_title(&format!("{title} · Valleyscope"));
    app().say(title);
}
