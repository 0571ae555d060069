//! One run in the list.

use super::list::List;
use crate::base::at;
use crate::clock::now_ms;
use crate::view::badge::{Badge, Warned};
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::api::{KeyResults, RunView};
use valleyscope_shared::run::Phase;

/// The row of the run with this id, fresh whenever the list is.
#[component]
pub fn Row(
    list: List,
    chosen: RwSignal<Vec<String>>,
    /// Where it is likely to be in the list.
    place: usize,
    id: String,
) -> impl IntoView {
    let href = at(&format!("/runs/{id}"));
    let id = StoredValue::new(id);
    let run = Memo::new(move |_| {
        list.rows.with(|rows| {
            let is_it = |run: &&RunView| id.with_value(|id| run.id == *id);
            let here = rows.get(place).filter(is_it);
            here.or_else(|| rows.iter().find(is_it)).cloned()
        })
    });
    let ticked = Memo::new(move |_| chosen.with(|ids| id.with_value(|id| ids.contains(id))));
    let tick = move |on: bool| {
        chosen.update(|ids| {
            let id = id.get_value();
            ids.retain(|known| *known != id);
            if on {
                ids.push(id);
            }
        });
    };
    let title = move || run.with(|run| run.as_ref().map(|run| run.title.clone()));
    let under = move || run.with(|run| run.as_ref().map(under));
    let cells = move || run.with(|run| cells(run.as_ref().and_then(|run| run.results.as_ref())));
    view! {
        <tr data-row="" aria-rowindex=(place + 2).to_string() data-chosen=move || ticked.get().then_some("")>
            <td>
                <label class="check">
                    <span class="hidden-text">"Compare " {title}</span>
                    <input type="checkbox" prop:checked=ticked on:change:target=move |event| tick(event.target().checked()) />
                </label>
            </td>
            <td class="clip">
                <a class="name" href=href>
                    {title}
                </a>
                <span class="under">{under}</span>
            </td>
            <td>
                <State run />
            </td>
            {cells}
        </tr>
    }
}

/// The second line: whose images, how many, and since when; or why it cannot be used.
fn under(run: &RunView) -> String {
    if let Some(problem) = &run.problem {
        return problem.clone();
    }
    let data = &run.spec.data;
    let images = run
        .results
        .as_ref()
        .map_or(data.most(), |results| results.n as u64);
    let example = if run.example { "Example · " } else { "" };
    format!(
        "{example}{} images of {} · {}",
        words::count(images),
        data.set,
        words::ago(run.created_ms as f64, now_ms())
    )
}

/// Where the run is, how far, and whether it is doubtful.
#[component]
fn State(run: Memo<Option<RunView>>) -> impl IntoView {
    let phase = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.phase)));
    let warned =
        Memo::new(move |_| run.with(|run| run.as_ref().map(|run| (run.warnings, run.id.clone()))));
    let share = move || {
        let share =
            run.with(|run| Some(run.as_ref()?.done as f64 / run.as_ref()?.total.max(1) as f64));
        share.unwrap_or_default()
    };
    let beside = move || match phase.get()? {
        Phase::Queued => run.with(|run| Some(format!("place {}", run.as_ref()?.position?))),
        Phase::Running => Some(words::percent(share())),
        _ => None,
    };
    let badge = move || phase.get().map(|phase| view! { <Badge phase /> });
    let warned = move || {
        let (count, id) = warned.get()?;
        Some(view! { <Warned count href=at(&format!("/runs/{id}#warnings")) /> })
    };
    view! {
        <span class="row">
            {badge} <span class="small quiet">{beside}</span> {warned}
        </span>
        <Show when=move || phase.get() == Some(Phase::Running)>
            <div class="bar slim">
                <div style:transform=move || format!("scaleX({:.4})", share())></div>
            </div>
        </Show>
    }
}

fn cells(results: Option<&KeyResults>) -> impl IntoView + use<> {
    let shown = match results {
        None => [words::NONE; 5].map(str::to_owned),
        Some(results) => [
            words::percent(results.clean_accuracy.share.0),
            words::percent(results.robust_accuracy.share.0),
            words::number(results.first_flip.median.0),
            words::percent(results.peak_at_flip.share.0),
            words::percent(results.in_valley.share.0),
        ],
    };
    let cell = |text| view! { <td class="num wide-only">{text}</td> };
    shown.map(cell).collect_view()
}
