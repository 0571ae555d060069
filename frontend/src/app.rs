//! The frame of every page, and which page an address shows.

use crate::base::base;
use crate::page::{Landing, Missing};
use crate::routes::{
    AdditionRoute, AttacksRoute, BatchRoute, CompareRoute, CurvatureRoute, DataRoute,
    DefinitionRoute, DefinitionsRoute, LandscapeRoute, ModelRoute, ModelsRoute, NewRoute, RunRoute,
    RunsRoute, TheoryRoute,
};
use crate::state::Shared;
use crate::view::about::{AboutOpen, AboutPanel};
use crate::view::keys::{Keys, KeysOpen};
use crate::view::save::{SaveDialog, SaveOpen};
use crate::view::shell::{Bottom, Top};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{Lazy, path};

/// Everything.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Shared::start());
    provide_context(AboutOpen::start());
    provide_context(SaveOpen::start());
    provide_context(KeysOpen(RwSignal::new(false)));
    view! {
        <Title formatter=|page: String| format!("{page} · Valleyscope") />
        <Router base=base()>
            <Top />
            <main id="main" class="wrap page" tabindex="-1">
                <Routes fallback=Missing>
                    <Route path=path!("/") view=Landing />
                    <Route path=path!("/runs") view={Lazy::<RunsRoute>::new()} />
                    <Route path=path!("/runs/:id") view={Lazy::<RunRoute>::new()} />
                    <Route path=path!("/runs/:id/theory") view={Lazy::<TheoryRoute>::new()} />
                    <Route path=path!("/runs/:id/landscape") view={Lazy::<LandscapeRoute>::new()} />
                    <Route path=path!("/runs/:id/curvature") view={Lazy::<CurvatureRoute>::new()} />
                    <Route path=path!("/compare") view={Lazy::<CompareRoute>::new()} />
                    <Route path=path!("/attacks") view={Lazy::<AttacksRoute>::new()} />
                    <Route path=path!("/batches/:id") view={Lazy::<BatchRoute>::new()} />
                    <Route path=path!("/new") view={Lazy::<NewRoute>::new()} />
                    <Route path=path!("/models") view={Lazy::<ModelsRoute>::new()} />
                    <Route path=path!("/models/:id") view={Lazy::<ModelRoute>::new()} />
                    <Route path=path!("/data/:id") view={Lazy::<DataRoute>::new()} />
                    <Route path=path!("/additions/:id") view={Lazy::<AdditionRoute>::new()} />
                    <Route path=path!("/definitions") view={Lazy::<DefinitionsRoute>::new()} />
                    <Route path=path!("/definitions/:id") view={Lazy::<DefinitionRoute>::new()} />
                </Routes>
            </main>
            <AboutPanel />
            <Bottom />
            <Keys />
            <SaveDialog />
        </Router>
    }
}
