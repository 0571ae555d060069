//! The head of a run's page: what it is, where it is, and what can be done with it.

use super::actions::Actions;
use super::{Page, phase};
use crate::clock::{now_ms, ticks};
use crate::live::{Link, Live};
use crate::view::badge::{Badge, Warned};
use crate::view::progress::Progress;
use crate::words;
use leptos::prelude::*;
use std::time::Duration;
use valleyscope_shared::amount::significant;
use valleyscope_shared::event::Started;
use valleyscope_shared::run::Phase;
use valleyscope_shared::spec::Precision;

/// Says that the connection is lost, and when the next attempt is.
#[component]
pub fn Banner(live: Live) -> impl IntoView {
    let tick = ticks(Duration::from_millis(500));
    let lost = move |retry_at_ms: f64| {
        let left = move || {
            tick.track();
            let seconds = (retry_at_ms - now_ms()) / 1000.0;
            seconds.ceil().max(0.0).to_string()
        };
        view! {
            <div class="notice banner" data-kind="warn" role="status">
                "Reconnecting, "
                {left}
                " s. What is shown is the last that arrived."
            </div>
        }
    };
    move || match live.link.get() {
        Link::Idle | Link::Open => None,
        Link::Lost { retry_at_ms } => Some(lost(retry_at_ms)),
    }
}

/// Title, facts, actions, progress.
#[component]
pub fn Head(page: Page) -> impl IntoView {
    let live = page.live;
    let title = move || live.known(|run| run.title.clone());
    let phase = Memo::new(move |_| phase(live));
    let position = move || {
        let place = live.known(|run| run.position).flatten();
        let place = place.filter(|_| phase.get() == Phase::Queued)?;
        Some(format!("at place {place} of the queue"))
    };
    let warnings = Memo::new(move |_| live.state.with(|state| state.warnings.len()));
    let warned = move || view! { <Warned count=warnings.get() href="#warnings".to_owned() /> };
    let example = move || {
        let example = live.known(|run| run.example).unwrap_or(false);
        example.then(|| view! { <span class="quiet">"Example run, comes with the program"</span> })
    };
    let done = Signal::derive(move || live.state.with(|state| state.done));
    let total = Signal::derive(move || live.state.with(|state| state.total()));
    view! {
        <div class="stack">
            <div class="row spread">
                <h1>{title}</h1>
                <Actions page />
            </div>
            <div class="row" data-state=move || phase.get().id()>
                {move || view! { <Badge phase=phase.get() /> }}
                <span class="quiet">{position}</span>
                {warned}
                {example}
            </div>
            <Reason live phase />
            <Changed live />
            <Said live />
            <Show when=move || phase.get() == Phase::Running>
                <Progress done total />
            </Show>
            <Made page />
        </div>
    }
}

/// Why it ended, where it did not end well.
#[component]
fn Reason(live: Live, phase: Memo<Phase>) -> impl IntoView {
    let reason = Memo::new(move |_| {
        let logged = live
            .state
            .with(|state| state.ended.as_ref()?.reason.clone());
        logged.or_else(|| live.known(|run| run.reason.clone()).flatten())
    });
    let repeat = move || match phase.get() {
        Phase::Interrupted => "What was committed is below. “Repeat” starts it again.",
        _ => "",
    };
    move || {
        let words = reason.get()?;
        Some(view! {
            <p class="notice" data-kind="bad">
                {words}
                " "
                {repeat}
            </p>
        })
    }
}

/// That the model or the data of this name are others by now.
#[component]
fn Changed(live: Live) -> impl IntoView {
    move || {
        let changed = live.known(|run| run.changed.join(", "))?;
        (!changed.is_empty()).then(|| {
            view! {
                <p class="notice" data-kind="warn" data-changed="">
                    {format!(
                        "These results are of an earlier state: {changed}. “Repeat” computes them with what is there now.",
                    )}
                </p>
            }
        })
    }
}

/// What the server says while results wait.
#[component]
fn Said(live: Live) -> impl IntoView {
    move || {
        let words = live.notice.get();
        (!words.is_empty()).then(|| view! { <p class="notice">{words}</p> })
    }
}

/// When, where, with what.
#[component]
fn Made(page: Page) -> impl IntoView {
    let live = page.live;
    let attack = move || {
        let spec = page.spec;
        spec.with(|spec| spec.as_ref().map(|spec| spec.attack.summary()))
    };
    let asked = move || {
        // Its words grow old, so they are said anew with every frame.
        live.state.track();
        let created = live.known(|run| run.created_ms).unwrap_or(0);
        words::ago(created as f64, now_ms())
    };
    let took = move || {
        let seconds = live
            .state
            .with(|state| Some(state.ended.as_ref()?.seconds))?;
        Some(format!(" · computed in {}", words::duration(seconds)))
    };
    let started = Memo::new(move |_| live.state.with(|state| state.started.clone()));
    let made = move || started.with(|started| started.as_ref().map(made));
    let notes = move || {
        let notes = started.with(|started| Some(started.as_ref()?.notes.join(" ")))?;
        (!notes.is_empty()).then(|| view! { <p class="small quiet">{notes}</p> })
    };
    let other = |words: &'static str, id: Option<String>| {
        id.map(|id| view! { {words} <a href=format!("/runs/{id}")>{id.clone()}</a> })
    };
    let resumed = move || {
        other(
            " · goes on with ",
            live.known(|run| run.resumes.clone()).flatten(),
        )
    };
    let repeated = move || {
        other(
            " · repeats ",
            live.known(|run| run.repeat_of.clone()).flatten(),
        )
    };
    view! {
        <p class="small quiet">
            {attack}
            {move || epsilon(page)}
            " · asked for "
            {asked}
            {took}
            {made}
            {resumed}
            {repeated}
        </p>
        {notes}
    }
}

fn epsilon(page: Page) -> Option<String> {
    // Attacks that look for the smallest change, and paths, have none; several are all in the attack's own words.
    let value = page.spec.with(|spec| {
        let epsilons = spec.as_ref()?.attack.epsilons();
        match epsilons.as_slice() {
            [only] => Some(only.value()),
            _ => None,
        }
    })?;
    let short = |value| significant(value, 4);
    Some(format!(
        " (ε = {} = {}/255)",
        short(value),
        short(value * 255.0)
    ))
}

fn made(started: &Started) -> String {
    // Enough to tell two apart by eye; the exports have the whole digests.
    let short = |digest: &str| digest.get(..8).unwrap_or(digest).to_owned();
    let origin = started.origin.as_ref().map_or_else(String::new, |origin| {
        let (weights, images) = (short(&origin.weights), short(&origin.images));
        format!(" · weights {weights}, images {images}")
    });
    let precision = match started.precision {
        Precision::F32 => "single precision",
        Precision::Tf32 => "single precision with convolutions in TF32",
        Precision::F64 => "double precision",
    };
    format!(
        " · {} images on {} in {precision} · {}{origin}",
        words::count(started.examples as u64),
        started.device,
        started.made_by
    )
}
