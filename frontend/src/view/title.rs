//! The name of a page.

use crate::state::shared;
use leptos::prelude::*;
use leptos_meta::Title;

/// Names the page in the window's title, and tells a screen reader that it is there.
#[component]
pub fn PageTitle(text: &'static str) -> impl IntoView {
    shared().say(text);
    view! { <Title text=text /> }
}
