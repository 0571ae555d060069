//! The place of the small pictures: what fills it is fetched when somebody comes near.

use super::Page;
use crate::aside::{Aside, aside};
use crate::view::notice::Ghosts;
use crate::view::seen::seen;
use leptos::html::Div;
use leptos::prelude::*;

/// The section of the page.
#[component]
pub fn Gallery(page: Page) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let near = seen(place).near;
    // Once it is there it stays, with the page that one has come to.
    let came = Memo::new(move |before: Option<&bool>| before == Some(&true) || near.get());
    view! {
        <section class="card stack" id="gallery" aria-labelledby="gallery-title">
            <h2 id="gallery-title">"Gallery"</h2>
            <div class="stack" node_ref=place>
                <Show when=move || came.get() fallback=|| view! { <Ghosts count=1 /> }>
                    <Suspense fallback=|| {
                        view! { <Ghosts count=1 /> }
                    }>{move || aside(Aside::Thumbnails(page))}</Suspense>
                </Show>
            </div>
        </section>
    }
}
