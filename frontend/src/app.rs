//! The frame of every page, and which page an address shows.

use crate::page::{Attacks, Batch, Compare, Landing, Missing, Runs};
use crate::state::Shared;
use crate::view::keys::{Keys, KeysOpen};
use crate::view::shell::{Bottom, Top};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

/// Everything.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Shared::start());
    provide_context(KeysOpen(RwSignal::new(false)));
    view! {
        <Title formatter=|page: String| format!("{page} · Valleyscope") />
        <Router>
            <Top />
            <main id="main" class="wrap page" tabindex="-1">
                <Routes fallback=Missing>
                    <Route path=path!("/") view=Landing />
                    <Route path=path!("/runs") view=Runs />
                    <Route path=path!("/compare") view=Compare />
                    <Route path=path!("/attacks") view=Attacks />
                    <Route path=path!("/batches/:id") view=Batch />
                </Routes>
            </main>
            <Bottom />
            <Keys />
        </Router>
    }
}
