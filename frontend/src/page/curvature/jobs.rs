//! What was asked for so far, and how far it is.

use super::Page;
use crate::api;
use crate::base::at;
use crate::view::badge::Badge;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::curvature::CurvatureView;
use valleyscope_shared::route;
use valleyscope_shared::run::Phase;

/// The jobs of the run, the latest first.
#[component]
pub fn Jobs(page: Page) -> impl IntoView {
    let jobs = Memo::new(move |_| {
        page.jobs
            .ready(|list| list.jobs.clone())
            .unwrap_or_default()
    });
    let rows = move || {
        let jobs = jobs.get().into_iter().rev();
        jobs.map(|job| view! { <Row page job /> }).collect_view()
    };
    view! {
        <Show
            when=move || !jobs.with(Vec::is_empty)
            fallback=|| {
                view! {
                    <p class="empty">
                        "Nothing is computed yet. The form above asks for the Hessian's trace and its largest eigenvalue in every layer."
                    </p>
                }
            }
        >
            <section class="card stack">
                <h2>"Jobs"</h2>
                <div class="scroll" tabindex="0" role="region" aria-label="Jobs">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">"Job"</th>
                                <th scope="col">"State"</th>
                                <th scope="col">"Measures"</th>
                                <th scope="col">"Layers"</th>
                                <th scope="col">"Done"</th>
                                <th scope="col">"Left"</th>
                                <th scope="col">
                                    <span class="hidden-text">"Actions"</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        </Show>
    }
}

#[component]
fn Row(page: Page, job: CurvatureView) -> impl IntoView {
    let number = job.job;
    let path = page
        .id
        .with_value(|id| route::curvature_job(id, &number.to_string()));
    let post = move |path: String| {
        Action::new_local(move |(): &()| {
            let path = path.clone();
            async move {
                let answer = api::post::<CurvatureView>(&path).await;
                page.jobs.refetch();
                answer.map(drop)
            }
        })
    };
    let cancel = post(format!("{path}/cancel"));
    let resume = post(format!("{path}/resume"));
    let is_chosen = move || {
        let latest = page
            .jobs
            .ready(|list| list.jobs.last().map(|job| job.job))
            .flatten();
        page.chosen.get().or(latest) == Some(number)
    };
    let measures: Vec<&str> = job
        .spec
        .measures
        .iter()
        .map(|measure| measure.title())
        .collect();
    let layers = match job.spec.layers.list() {
        [one] => one.clone(),
        several => format!("{} layers", several.len()),
    };
    let left = match (job.position, job.seconds_left) {
        (Some(place), _) => format!("at place {place} of the queue"),
        (None, Some(seconds)) => words::duration(seconds.max(1.0).round()),
        (None, None) => String::new(),
    };
    let button = match job.phase {
        Phase::Queued | Phase::Running => view! {
            <button class="button small danger" on:click=move |_| {
                cancel.dispatch(());
            }>"Cancel"</button>
        }
        .into_any(),
        phase if phase.stopped() => view! {
            <button class="button small" on:click=move |_| {
                resume.dispatch(());
            }>"Resume"</button>
        }
        .into_any(),
        _ => ().into_any(),
    };
    let csv = at(&format!("{path}/values.csv"));
    let reason = job.reason.clone();
    view! {
        <tr data-job=number>
            <td>
                <button class="button small" aria-pressed=move || is_chosen().to_string() on:click=move |_| page.chosen.set(Some(number))>
                    {number}
                </button>
            </td>
            <td>
                <Badge phase=job.phase />
                {reason.map(|reason| view! { <span class="small">" " {reason}</span> })}
            </td>
            <td class="wraps">{measures.join(", ")}</td>
            <td>{layers}</td>
            <td class="number">{format!("{} of {}", words::count(job.done), words::count(job.total))}</td>
            <td>{left}</td>
            <td class="row">
                {button}
                <a class="button small" href=csv download="" rel="external">
                    "CSV"
                </a>
            </td>
        </tr>
    }
}
