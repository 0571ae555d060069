//! The head of a run's page: what it is, where it is, and what can be done with it.

use super::{Page, actions, phase};
use crate::clock::{now_ms, ticks};
use crate::dom::View;
use crate::lean::memo;
use crate::live::{Link, Live};
use crate::signal::{Memo, Signal};
use crate::view::part::{part, text};
use crate::view::{badge, progress};
use crate::words;
use std::time::Duration;
use valleyscope_markup::html;
use valleyscope_shared::api::RunView;
use valleyscope_shared::event::Started;
use valleyscope_shared::run::Phase;

/// Says that the connection is lost, and when the next attempt is.
pub fn banner(live: Live) -> View {
    let tick = ticks(Duration::from_millis(500));
    part(move || match live.link.get() {
        Link::Idle | Link::Open => None,
        Link::Lost { retry_at_ms } => {
            let left = move || {
                tick.track();
                ((retry_at_ms - now_ms()) / 1000.0).ceil().max(0.0)
            };
            Some(html! {
                <div class="notice banner" data-kind="warn" role="status">
                    "Reconnecting, " {text(move || left().to_string())} " s. What is shown is the last that arrived."
                </div>
            })
        }
    })
}

/// Title, facts, actions, progress.
pub fn head(page: Page) -> View {
    let live = page.live;
    let run = move |read: fn(&RunView) -> String| {
        live.run
            .with(|run| run.ready().map(read).unwrap_or_default())
    };
    let state = memo(move || phase(live));
    let warned = move || {
        let count = live.state.with(|state| state.warnings.len());
        badge::warned(count, "#warnings".to_owned())
    };
    let example = move || {
        live.run
            .with(|run| run.ready().is_some_and(|run| run.example))
    };
    html! {
        <div class="stack">
            <div class="row spread">
                <h1>{move || run(|run| run.title.clone())}</h1>
                {actions::actions(page)}
            </div>
            <div class="row" data-state=move || state.get().id()>
                {move || badge::badge(state.get())} <span class="quiet">{move || where_it_waits(live)}</span>
                {warned}
                {move || example().then(|| html! { <span class="quiet">"Example run, comes with the program"</span> })}
            </div>
            {move || reason(live)}
            {move || changed(live)}
            {move || notice(live)}
            {bar(live, state)}
            {facts(page)}
        </div>
    }
}

fn where_it_waits(live: Live) -> Option<String> {
    if phase(live) != Phase::Queued {
        return None;
    }
    let place = live
        .run
        .with(|run| run.ready().and_then(|run| run.position));
    place.map(|place| format!("at place {place} of the queue"))
}

fn reason(live: Live) -> Option<View> {
    let logged = live
        .state
        .with(|state| state.ended.as_ref().and_then(|ended| ended.reason.clone()));
    let words = logged.or_else(|| {
        live.run
            .with(|run| run.ready().and_then(|run| run.reason.clone()))
    })?;
    let repeat = match phase(live) {
        Phase::Interrupted => "What was committed is below. “Repeat” starts it again.",
        _ => "",
    };
    Some(html! {
        <p class="notice" data-kind="bad">
            {words}
            " "
            {repeat}
        </p>
    })
}

/// That the model or the data of this name are others by now.
fn changed(live: Live) -> Option<View> {
    let changed = live
        .run
        .with(|run| run.ready().map(|run| run.changed.join(", ")))?;
    (!changed.is_empty()).then(|| {
        html! {
            <p class="notice" data-kind="warn" data-changed="">
                {format!("These results are of an earlier state: {changed}. “Repeat” computes them with what is there now.")}
            </p>
        }
    })
}

fn notice(live: Live) -> Option<View> {
    let words = live.notice.get();
    (!words.is_empty()).then(|| html! { <p class="notice">{words}</p> })
}

fn bar(live: Live, state: Memo<Phase>) -> View {
    let done = Signal::derive(move || live.state.with(|state| state.done));
    let total = Signal::derive(move || live.state.with(|state| state.total()));
    let running = memo(move || state.get() == Phase::Running);
    part(move || running.get().then(|| progress::progress(done, total)))
}

/// When, where, with what.
fn facts(page: Page) -> View {
    let live = page.live;
    part(move || {
        let started = live.state.with(|state| state.started.clone());
        let created = live
            .run
            .with(|run| run.ready().map_or(0, |run| run.created_ms));
        let seconds = live
            .state
            .with(|state| state.ended.as_ref().map(|ended| ended.seconds));
        let repeated = live
            .run
            .with(|run| run.ready().and_then(|run| run.repeat_of.clone()));
        let resumed = live
            .run
            .with(|run| run.ready().and_then(|run| run.resumes.clone()));
        let notes = started
            .as_ref()
            .map(|started| started.notes.join(" "))
            .unwrap_or_default();
        html! {
            <p class="small quiet">
                {page.spec.with(|spec| spec.as_ref().map(|spec| spec.attack.summary()))}
                {epsilon(page)}
                " · asked for "
                {words::ago(created as f64, now_ms())}
                {seconds.map(|seconds| format!(" · computed in {}", words::duration(seconds)))}
                {started.as_ref().map(made)}
                {resumed.map(|id| html! { " · goes on with " <a href=format!("/runs/{id}")>{id.clone()}</a> })}
                {repeated.map(|id| html! { " · repeats " <a href=format!("/runs/{id}")>{id.clone()}</a> })}
            </p>
            {(!notes.is_empty()).then(|| html! { <p class="small quiet">{notes}</p> })}
        }
    })
}

fn epsilon(page: Page) -> Option<String> {
    // Attacks that look for the smallest change, and paths, have none.
    let value = page.spec.with(|spec| {
        let attack = &spec.as_ref()?.attack;
        (!attack.epsilons().is_empty()).then(|| attack.epsilon())
    })?;
    let short = |value| valleyscope_shared::amount::significant(value, 4);
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
    format!(
        " · {} images on {} in {} · {}{origin}",
        words::count(started.examples as u64),
        started.device,
        match started.precision {
            valleyscope_shared::spec::Precision::F32 => "single precision",
            valleyscope_shared::spec::Precision::Tf32 => {
                "single precision with convolutions in TF32"
            }
            valleyscope_shared::spec::Precision::F64 => "double precision",
        },
        started.made_by
    )
}
