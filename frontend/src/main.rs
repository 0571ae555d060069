use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{ParamSegment, StaticSegment};

fn main() {
    leptos::mount::mount_to_body(|| view! {
        <Router>
            <Routes fallback=|| "no">
                <Route path=StaticSegment("") view=|| "hello" />
                <Route path=(StaticSegment("runs"), ParamSegment("id")) view=|| "hello" />
            </Routes>
        </Router>
    })
}
