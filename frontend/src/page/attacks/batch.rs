//! The page `/batches/ID`: the verdicts of a batch's runs, and their figures over each other, while they run.

use crate::api;
use crate::clock::ticks;
use crate::dom::View;
use crate::lean::{act, memo};
use crate::load::{Load, load};
use crate::page::compare::{Slot, figures};
use crate::signal::RwSignal;
use crate::view::badge;
use crate::view::figure::theme;
use crate::view::notice;
use crate::view::part::part;
use crate::words;
use leptos::task::spawn_local;
use serde_json::Value;
use std::time::Duration;
use valleyscope_markup::html;
use valleyscope_shared::lean::read;
use valleyscope_shared::route::{self, MOST_COMPARED};
use valleyscope_shared::run::Phase;
use valleyscope_shared::verdict::Verdict;

/// How often the verdicts are asked for while runs go on; the figures follow by themselves.
const EVERY: Duration = Duration::from_secs(2);

/// The page.
pub fn page(id: &str) -> View {
    crate::page::entitle("Attacks");
    let path = route::batch(id);
    let ended = RwSignal::new(false);
    let tick = ticks(EVERY);
    let batch = load::<Value>(move || {
        if !ended.get() {
            tick.track();
        }
        Some(path.clone())
    });
    // Of the runs only what never changes, so that the figures are made once.
    let runs = memo(move || {
        batch.with(|batch| {
            let list = batch
                .ready()
                .and_then(|batch| batch["runs"].as_array().cloned());
            let list = list.unwrap_or_default().into_iter();
            let list: Vec<Value> = list.take(MOST_COMPARED + 1).collect();
            let names: Vec<String> = (list.iter())
                .map(|run| attack(&short(run)).to_owned())
                .collect();
            let alone = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
            // A figure has little room: the attack's name alone where it tells the runs apart.
            let name = |(run, own): (&Value, &String)| match alone(own) {
                true => (text(&run["id"]), own.clone()),
                false => (text(&run["id"]), short(run)),
            };
            list.iter().zip(&names).map(name).collect::<Vec<_>>()
        })
    });
    let gone = memo(move || batch.with(|batch| matches!(batch, Load::Failed(_))));
    let stopped = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let ask = move |path: String| {
        act(move |_| {
            let path = path.clone();
            spawn_local(async move {
                match api::post::<Value>(&path, None).await {
                    Ok(_) => {
                        failed.try_set(None);
                        // Looked at again from here on.
                        ended.try_set(false);
                    }
                    Err(failure) => {
                        failed.try_set(Some(failure.words()));
                    }
                }
            });
        })
    };
    let cancel = ask(route::cancel_batch(id));
    let resume = ask(route::resume_batch(id));
    let table = part(move || {
        batch.with(|batch| match batch {
            Load::Waiting => notice::ghosts(1),
            Load::Failed(failure) => notice::failed(failure, None),
            Load::Ready(batch) => {
                let all = batch["runs"].as_array().map_or(0, Vec::len) as u64;
                let done = batch["ended"].as_u64() == Some(all);
                if done != ended.get_untracked() {
                    ended.set(done);
                }
                stopped.set(done && any_stopped(batch));
                verdicts(batch)
            }
        })
    });
    html! {
        <div class="row spread">
            <h1>{part(move || batch.with(|batch| batch.ready().map_or_else(|| "Attacks".to_owned(), |batch| text(&batch["title"]))))}</h1>
            <p class="row">
                <button class="button" hidden=move || ended.get() || gone.get() on:click=cancel>"Stop all"</button>
                <button class="button" hidden=move || !stopped.get() on:click=resume>"Resume"</button>
                <a class="button" href="/attacks">"New comparison"</a>
            </p>
        </div>
        {move || failed.get().map(|words| notice::notice("bad", words))}
        {table}
        {move || {
            if gone.get() {
                return html! {};
            }
            let runs = runs.get();
            let slots = runs.into_iter().enumerate().map(|(place, (id, name))| Slot::named(place, id, name));
            figures(slots.collect())
        }}
    }
}

/// Whether a run ended before everything was computed.
fn any_stopped(batch: &Value) -> bool {
    let stopped = |run: &Value| {
        let phase = Phase::from_id(run["phase"].as_str().unwrap_or_default());
        phase.is_some_and(Phase::stopped)
    };
    (batch["runs"].as_array()).is_some_and(|runs| runs.iter().any(stopped))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A run's title without its model.
fn short(run: &Value) -> String {
    let title = text(&run["title"]);
    match title.split_once(": ") {
        Some((_, attack)) => attack.to_owned(),
        None => title,
    }
}

/// `PGD` of `PGD linf 8/255, 10 steps of 2/255`.
fn attack(title: &str) -> &str {
    let ends = [" linf ", " l2 ", " l1 ", ", "];
    let end = ends.iter().filter_map(|end| title.find(end)).min();
    &title[..end.unwrap_or(title.len())]
}

/// The table of verdicts, and what the runs say of each other.
fn verdicts(batch: &Value) -> View {
    let runs = batch["runs"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let several = batch["spec"]["models"]
        .as_array()
        .is_some_and(|models| models.len() > 1);
    let rows: Vec<_> = runs
        .iter()
        .enumerate()
        .flat_map(|(place, run)| rows(place, run, several))
        .collect();
    let warnings = batch["warnings"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let warnings: Vec<_> = warnings
        .iter()
        .map(|warning| notice::notice("warn", text(&warning["message"])))
        .collect();
    let more = (runs.len() > MOST_COMPARED + 1).then(|| {
        html! { <p class="small quiet">{format!("The figures show the first {}.", MOST_COMPARED + 1)}</p> }
    });
    let heads = [
        "ε",
        "Clean",
        "Robust",
        "95 % interval, or range over seeds",
        "Survive 8 bits",
        "Passes per image",
    ]
    .map(|head| {
        html! { <th class="num" scope="col">{head}</th> }
    });
    html! {
        {progress(batch, runs)}
        {warnings}
        <section class="card stack" aria-label="Verdicts">
            <div class="scroll">
                <table data-verdicts="">
                    <thead>
                        <tr>
                            <th scope="col">"Attack"</th>
                            <th scope="col">"State"</th>
                            {Vec::from(heads)}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {more}
        </section>
    }
}

/// How many runs have ended and how long the others may take; nothing once all have.
fn progress(batch: &Value, runs: &[Value]) -> Option<View> {
    let ended = batch["ended"].as_u64().unwrap_or_default() as usize;
    let share = |run: &Value| {
        let part = |key: &str| run[key].as_f64().unwrap_or_default();
        match Phase::from_id(run["phase"].as_str().unwrap_or_default()) {
            Some(phase) if phase.ended() => 1.0,
            _ => part("done") / part("total").max(1.0),
        }
    };
    let share = runs.iter().map(share).sum::<f64>() / runs.len().max(1) as f64;
    let left = match batch["seconds_left"].as_f64() {
        Some(seconds) => format!("about {} left", words::duration(seconds.max(1.0).round())),
        None => String::new(),
    };
    (ended < runs.len()).then(|| {
        html! {
            <div class="progress">
                <div
                    class="bar"
                    role="progressbar"
                    aria-label="Progress of all runs"
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=format!("{:.0}", 100.0 * share)
                >
                    <div style:transform=format!("scaleX({share:.4})")></div>
                </div>
                <div class="row spread small quiet">
                    <span>{format!("{ended} of {} attacks ended", runs.len())}</span>
                    <span>{left}</span>
                </div>
            </div>
        }
    })
}

/// A run's rows: one for each epsilon, the first with its name and state.
fn rows(place: usize, run: &Value, with_model: bool) -> Vec<View> {
    let theme = theme();
    let colour = move || theme.get().series(place).css();
    let (id, phase) = (
        text(&run["id"]),
        Phase::from_id(run["phase"].as_str().unwrap_or_default()),
    );
    let name = match with_model {
        true => text(&run["title"]),
        false => short(run),
    };
    let (done, total) = (
        run["done"].as_f64().unwrap_or(0.0),
        run["total"].as_f64().unwrap_or(0.0),
    );
    let share = (phase == Some(Phase::Running) && total > 0.0)
        .then(|| format!(" {:.0} %", 100.0 * done / total));
    let verdicts = run["verdicts"].as_array().map(Vec::as_slice);
    let verdicts: Vec<Verdict> = (verdicts.unwrap_or_default().iter())
        .filter_map(|verdict| read(verdict).ok())
        .collect();
    let changed = run["changed"]
        .as_array()
        .is_some_and(|list| !list.is_empty());
    let changed =
        changed.then(|| html! { <span class="quiet">" of an earlier model or data"</span> });
    let first = html! {
        <tr>
            <td>
                <span class="swatch" data-slot=place.to_string() style:background=colour></span>
                <a href=format!("/runs/{id}")>{name}</a>
                {changed}
            </td>
            <td>{phase.map(badge::badge)} {share}</td>
            {cells(verdicts.first())}
        </tr>
    };
    let more = verdicts.iter().skip(1).map(|verdict| {
        html! {
            <tr>
                <td></td>
                <td></td>
                {cells(Some(verdict))}
            </tr>
        }
    });
    std::iter::once(first).chain(more).collect()
}

/// Epsilon, clean and robust accuracy, how sure that is, what survives 8 bits, what it cost.
fn cells(verdict: Option<&Verdict>) -> Vec<View> {
    let none = || words::NONE.to_owned();
    let tell = |read: &dyn Fn(&Verdict) -> Option<String>| {
        let told = verdict.and_then(read);
        told.unwrap_or_else(none)
    };
    let cells = [
        tell(&|verdict| Some(verdict.epsilon.as_ref()?.to_string())),
        tell(&|verdict| Some(verdict.clean())),
        tell(&|verdict| Some(verdict.robust())),
        tell(&Verdict::spread),
        tell(&|verdict| {
            let survives = verdict.survives?;
            Some(format!("{} of {}", survives.hits, survives.n))
        }),
        tell(&|verdict| verdict.passes.map(words::number)),
    ];
    cells
        .into_iter()
        .map(|cell| html! { <td class="num">{cell}</td> })
        .collect()
}
