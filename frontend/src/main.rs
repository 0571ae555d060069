//! Valleyscope in the browser: a page that draws what the server's public API says.

mod address;
mod api;
mod app;
mod aside;
mod base;
mod clock;
mod live;
mod page;
mod routes;
mod state;
mod theme;
mod view;
mod words;

use leptos::prelude::*;

fn main() {
    base::settle();
    leptos::mount::mount_to_body(app::App);
    if let Some(skeleton) = document().get_element_by_id("skeleton") {
        skeleton.remove();
    }
}
