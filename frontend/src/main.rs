//! Valleyscope in the browser: a page that draws what the server's public API says.

mod address;
mod api;
mod clock;
mod lean;
mod live;
mod load;
mod page;
mod state;
mod theme;
mod view;
mod words;

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{ParamSegment, StaticSegment};
use state::App;

fn main() {
    leptos::mount::mount_to_body(root);
    if let Some(skeleton) = document().get_element_by_id("skeleton") {
        skeleton.remove();
    }
    // Two frames later the first page is laid out and answers to clicks and keys.
    request_animation_frame(|| {
        if let Some(body) = document().body() {
            let _ = body.set_attribute("data-ready", "");
        }
    });
}

fn root() -> impl IntoView {
    provide_context(App::start());
    view! {
        <Router>
            {view::shell::top()}
            <main id="main" class="wrap page" tabindex="-1">
                {routes()}
            </main>
            {view::shell::bottom()}
            {view::keys::keys()}
        </Router>
    }
}

fn routes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=page::missing::page>
            <Route path=StaticSegment("") view=page::landing::page />
            <Route path=StaticSegment("runs") view=page::runs::page />
            <Route path=(StaticSegment("runs"), ParamSegment("id")) view=page::run::page />
            <Route path=StaticSegment("compare") view=page::compare::page />
            <Route path=StaticSegment("new") view=page::new::page />
            <Route path=StaticSegment("models") view=page::models::page />
            <Route path=StaticSegment("definitions") view=page::definitions::page />
        </FlatRoutes>
    }
}
