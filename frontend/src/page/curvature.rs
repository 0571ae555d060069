//! Measures on demand of a run: curvature of any layer, at any point of the path.

mod ask;
mod figures;
mod jobs;

use crate::api::{self, Document};
use crate::base::at;
use crate::clock::ticks;
use crate::live::{Live, follow};
use crate::view::notice::{Failed, Ghosts, Loaded};
use crate::view::title::PageTitle;
use ask::Ask;
use figures::Figures;
use jobs::Jobs;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::time::Duration;
use valleyscope_shared::curvature::{CurvatureList, CurvatureView};
use valleyscope_shared::route;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Page {
    pub id: StoredValue<String>,
    pub live: Live,
    pub jobs: Document<CurvatureList>,
    /// The job that is looked at; the latest where none is chosen.
    pub chosen: RwSignal<Option<u32>>,
    pub job: Document<CurvatureView>,
}

impl Page {
    fn open(id: String) -> Self {
        let (live, id) = (follow(id.clone()), StoredValue::new(id));
        let tick = ticks(Duration::from_secs(1));
        let jobs_at = RwSignal::new(None::<Document<CurvatureList>>);
        let goes_on = move || {
            let known = jobs_at.get_untracked();
            let open = known.and_then(|jobs| {
                untrack(|| jobs.ready(|list| list.jobs.iter().any(|job| !job.phase.ended())))
            });
            open.unwrap_or(false)
        };
        let jobs = api::document::<CurvatureList>(move || {
            if goes_on() {
                tick.track();
            }
            Some(id.with_value(|id| route::curvature(id)))
        });
        jobs_at.set(Some(jobs));
        let chosen = RwSignal::new(None);
        let which = Memo::new(move |_| {
            let latest = jobs
                .ready(|list| list.jobs.last().map(|job| job.job))
                .flatten();
            chosen.get().or(latest)
        });
        // What has come further is asked for again.
        let far = Memo::new(move |_| {
            let which = which.get()?;
            jobs.ready(|list| {
                let job = list.jobs.iter().find(|job| job.job == which)?;
                Some((job.done, job.phase))
            })
            .flatten()
        });
        let job = api::document::<CurvatureView>(move || {
            far.track();
            let which = which.get()?;
            Some(id.with_value(|id| route::curvature_job(id, &which.to_string())))
        });
        Self {
            id,
            live,
            jobs,
            chosen,
            job,
        }
    }
}

/// The page `/runs/:id/curvature`.
#[component]
pub fn CurvaturePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    view! {
        <For each=move || Some(id.get()) key=Clone::clone let:id>
            <CurvatureOf id />
        </For>
    }
}

#[component]
fn CurvatureOf(id: String) -> impl IntoView {
    let page = Page::open(id);
    let title = move || page.live.known(|run| run.title.clone()).unwrap_or_default();
    let run = page.id.with_value(|id| at(&format!("/runs/{id}")));
    let known = page.live.there();
    let model = Memo::new(move |_| page.live.known(|run| run.spec.model.clone()));
    let shown = move || match (known.get(), model.get()) {
        (Some(Err(failure)), _) => view! { <Failed failure /> }.into_any(),
        (Some(Ok(())), Some(model)) => view! { <Parts page model /> }.into_any(),
        _ => view! { <Ghosts /> }.into_any(),
    };
    view! {
        <PageTitle text="Curvature" />
        <div class="stack">
            <p>
                <a href=run>{title}</a>
            </p>
            <h1>"Curvature beyond the last layer"</h1>
            <p class="lead">
                "How curved the loss is in the weights of any layer, at the clean image, at the flip, at the peak and at the end."
            </p>
        </div>
        {shown}
    }
}

#[component]
fn Parts(page: Page, model: String) -> impl IntoView {
    let there = Memo::new(move |_| page.jobs.with(|answer| answer.as_ref().map(Result::is_ok)));
    let list = move || match there.get() {
        Some(true) => view! {
            <Jobs page />
            <Figures page />
        }
        .into_any(),
        _ => view! {
            <Loaded of=page.jobs retry=true let:_list>
                ""
            </Loaded>
        }
        .into_any(),
    };
    view! {
        <Ask page model />
        {list}
    }
}
