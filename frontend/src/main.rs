//! Valleyscope in the browser: a page that draws what the server's public API says.

mod address;
mod api;
mod clock;
mod dom;
mod json;
mod lean;
mod live;
mod load;
mod page;
mod router;
mod signal;
mod state;
mod theme;
mod view;
mod words;

use dom::View;
use lean::memo;
use leptos::prelude::*;
use router::{Router, router};
use state::App;
use valleyscope_markup::html;

fn main() {
    leptos::mount::mount_to_body(start);
    if let Some(skeleton) = document().get_element_by_id("skeleton") {
        skeleton.remove();
    }
    // In the next frame the first page is laid out and answers to clicks and keys.
    request_animation_frame(|| {
        if let Some(body) = document().body() {
            let _ = body.set_attribute("data-ready", "");
        }
    });
}

/// Leptos gives the page its owner and its executor; the document's parts are put in by hand.
fn start() {
    provide_context(Router::start());
    provide_context(App::start());
    if let Some(body) = document().body() {
        root().append_to(&body);
    }
}

fn root() -> View {
    let path = router().path;
    let path = memo(move || path.get());
    html! {
        {view::shell::top()}
        <main id="main" class="wrap page" tabindex="-1">
            {move || page_at(&path.get())}
        </main>
        {view::shell::bottom()}
        {view::keys::keys()}
    }
}

/// The page of a path. What it sets going ends when the path changes.
fn page_at(path: &str) -> View {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    untrack(|| match parts.as_slice() {
        [] => page::landing::page(),
        ["runs"] => page::runs::page(),
        ["runs", id] => page::run::page(id),
        ["compare"] => page::compare::page(),
        ["attacks"] => page::attacks::page(),
        ["batches", id] => page::attacks::batch(id),
        ["new"] => page::new::page(),
        ["models"] => page::models::page(),
        ["definitions"] => page::definitions::page(),
        _ => page::missing::page(),
    })
}
