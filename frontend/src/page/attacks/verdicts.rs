//! The table of verdicts: a row for each epsilon of each run.

use super::batch::Known;
use super::subject::Subject;
use super::worst::{WorstNotes, WorstRows};
use crate::base::at;
use crate::state::shared;
use crate::view::badge::Badge;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::route::MOST_COMPARED;
use valleyscope_shared::run::Phase;
use valleyscope_shared::verdict::Verdict;

/// The columns after attack and state.
const COLUMNS: [&str; 6] = [
    "ε",
    "Clean",
    "Robust",
    "95 % interval, or range over seeds",
    "Survive 8 bits",
    "Passes per image",
];

/// What the one column means that no paper has.
const EIGHT_BITS: &str = "Survive 8 bits: of the images that the attack broke, how many stay broken when the pixels of the strongest one found are rounded to 8 bits, as a picture file stores them.";

/// The table.
#[component]
pub fn Verdicts(batch: Known) -> impl IntoView {
    let runs = Memo::new(move |_| {
        batch.with(|batch| {
            let runs = batch.iter().flat_map(|batch| &batch.runs);
            let entries = runs.map(|run| run.id.clone()).enumerate();
            entries.collect::<Vec<_>>()
        })
    });
    let head = |title| {
        view! {
            <th
                class="num"
                scope="col"
                title=(title == "Survive 8 bits").then_some(EIGHT_BITS)
            >
                {title}
            </th>
        }
    };
    let most = MOST_COMPARED + 1;
    let more = move || {
        let more = runs.with(Vec::len) > most;
        more.then(
            || view! { <p class="small quiet">{format!("The figures show the first {most}.")}</p> },
        )
    };
    view! {
        <section class="card stack" aria-label="Verdicts">
            <Subject batch />
            <div class="scroll">
                <table data-verdicts="">
                    <thead>
                        <tr>
                            <th scope="col">"Attack"</th>
                            <th scope="col">"State"</th>
                            {COLUMNS.map(head).collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || runs.get() key=Clone::clone let((place, id))>
                            <Rows batch place id />
                        </For>
                    </tbody>
                    <WorstRows batch />
                </table>
            </div>
            <WorstNotes batch />
            <p class="small quiet" data-eight-bits="">
                {EIGHT_BITS}
            </p>
            {more}
        </section>
    }
}

/// A run's rows: one for each epsilon, the first with its name and state.
#[component]
fn Rows(batch: Known, place: usize, id: String) -> impl IntoView {
    let theme = shared().theme.now;
    let colour = move || theme.get().series(place).css();
    let href = at(&format!("/runs/{id}"));
    let run = Memo::new(move |_| {
        batch.with(|batch| {
            let run = batch.as_ref()?.runs.get(place)?;
            (run.id == id).then(|| run.clone())
        })
    });
    let name = move || {
        batch.with(|batch| {
            let batch = batch.as_ref()?;
            let name = batch.attack_names().into_iter().nth(place)?;
            let model = &batch.runs.get(place)?.spec.model;
            let several = batch.spec.models.len() > 1;
            Some(if several {
                format!("{model}: {name}")
            } else {
                name
            })
        })
    };
    let changed = move || {
        let changed = run.with(|run| Some(!run.as_ref()?.changed.is_empty()))?;
        changed.then(|| view! { <span class="quiet">" of an earlier model or data"</span> })
    };
    let phase = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.phase)));
    let badge = move || phase.get().map(|phase| view! { <Badge phase /> });
    let share = move || run.with(|run| run.as_ref().and_then(share));
    let verdicts = Memo::new(move |_| {
        let verdicts = run.with(|run| run.as_ref().map(|run| run.verdicts.clone()));
        verdicts.unwrap_or_default()
    });
    let first = move || verdicts.with(|verdicts| cells(verdicts.first()));
    let more = move || {
        verdicts.with(|verdicts| {
            let row = |verdict| {
                view! {
                    <tr>
                        <td></td>
                        <td></td>
                        {cells(Some(verdict))}
                    </tr>
                }
            };
            verdicts.iter().skip(1).map(row).collect_view()
        })
    };
    view! {
        <tr>
            <td>
                <span class="swatch" data-slot=place.to_string() style:background=colour></span>
                <a href=href>{name}</a>
                {changed}
            </td>
            <td>{badge} {share}</td>
            {first}
        </tr>
        {more}
    }
}

/// How much of a run that goes on is done.
fn share(run: &RunView) -> Option<String> {
    (run.phase == Phase::Running && run.total > 0)
        .then(|| format!(" {:.0} %", 100.0 * run.done as f64 / run.total as f64))
}

/// Epsilon, clean and robust accuracy, how sure that is, what survives 8 bits, what it cost.
fn cells(verdict: Option<&Verdict>) -> impl IntoView + use<> {
    let tell = |read: &dyn Fn(&Verdict) -> Option<String>| {
        let told = verdict.and_then(read);
        told.unwrap_or_else(|| words::NONE.to_owned())
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
    let cell = |text| view! { <td class="num">{text}</td> };
    cells.map(cell).collect_view()
}
