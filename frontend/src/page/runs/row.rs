//! One run in the list.

use super::list::List;
use crate::clock::now_ms;
use crate::dom::{IntoChild, View};
use crate::lean::{memo, ticked};
use crate::signal::RwSignal;
use crate::view::badge;
use crate::words;
use valleyscope_markup::html;
use valleyscope_shared::api::{KeyResults, RunView};
use valleyscope_shared::run::Phase;

/// The row of the run with this id, fresh whenever the list is.
pub fn row(list: List, chosen: RwSignal<Vec<String>>, place: usize, id: String) -> View {
    let sought = id.clone();
    let run = memo(move || {
        list.rows.with(|rows| {
            let here = rows.get(place).filter(|run| run.id == sought);
            here.or_else(|| rows.iter().find(|run| run.id == sought))
                .cloned()
        })
    });
    let mine = id.clone();
    let mine_ticked = memo(move || chosen.with(|ids| ids.contains(&mine)));
    let tick = move |on: bool| {
        chosen.update(|ids| {
            ids.retain(|known| *known != id);
            if on {
                ids.push(id.clone());
            }
        });
    };
    let title = move || run.with(|run| run.as_ref().map(|run| run.title.clone()));
    html! {
        <tr
            data-row=""
            aria-rowindex=(place + 2).to_string()
            data-chosen=move || mine_ticked.get().then_some("")
        >
            <td>
                <label class="check">
                    <span class="hidden-text">"Compare " {title}</span>
                    <input
                        type="checkbox"
                        prop:checked=move || mine_ticked.get()
                        on:change=ticked(tick)
                    />
                </label>
            </td>
            <td class="clip">{move || run.with(|run| run.as_ref().map(name))}</td>
            <td>{move || run.with(|run| run.as_ref().map(state))}</td>
            {move || run.with(|run| cells(run.as_ref().and_then(|run| run.results.as_ref())))}
        </tr>
    }
}

fn name(run: &RunView) -> View {
    let data = &run.spec.data;
    let images = run
        .results
        .as_ref()
        .map_or(data.most(), |results| results.n as u64);
    let example = if run.example { "Example · " } else { "" };
    let under = format!(
        "{example}{} images of {} · {}",
        words::count(images),
        data.set,
        words::ago(run.created_ms as f64, now_ms())
    );
    let under = run.problem.clone().unwrap_or(under);
    html! {
        <a class="name" href=format!("/runs/{}", run.id)>
            {run.title.clone()}
        </a>
        <span class="under">{under}</span>
    }
}

fn state(run: &RunView) -> View {
    let share = run.done as f64 / run.total.max(1) as f64;
    let beside = match run.phase {
        Phase::Queued => run.position.map(|place| format!("place {place}")),
        Phase::Running => Some(words::percent(share)),
        _ => None,
    };
    let running = run.phase == Phase::Running;
    html! {
        <span class="row">
            {badge::badge(run.phase)} <span class="small quiet">{beside}</span>
            {badge::warned(run.warnings, format!("/runs/{}#warnings", run.id))}
        </span>
        {running
            .then(|| {
                html! {
                    <div class="bar slim">
                        <div style:transform=format!("scaleX({share:.4})")></div>
                    </div>
                }
            })}
    }
}

fn cells(results: Option<&KeyResults>) -> View {
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
    shown
        .map(|text| html! { <td class="num wide-only">{text}</td> })
        .view()
}
