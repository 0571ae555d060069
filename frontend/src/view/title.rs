//! The name of a page.

use crate::state::shared;
use leptos::prelude::*;
use leptos_meta::Title;

/// Names the page in the window's title, tells a screen reader that it is there, and marks the document as ready:
/// a page whose code is fetched first is there later than the frame around it.
#[component]
pub fn PageTitle(text: &'static str) -> impl IntoView {
    shared().say(text);
    Effect::new(|| {
        // In the next frame the page is laid out and answers to clicks and keys.
        request_animation_frame(|| {
            if let Some(body) = document().body() {
                let _ = body.set_attribute("data-ready", "");
            }
        });
    });
    view! { <Title text=text /> }
}
